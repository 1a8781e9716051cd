package dev.wstuning.operator.guardrail;

/**
 * What is not allowed.
 *
 * @param why as a clause
 * @param next what to do instead
 */
public record Refusal(String why, String next) {}
