package dev.wstuning.operator.condition;

/** Why a condition has its status: an enum, whose constants are declared worst first. */
public interface Reason {

  /** The name of the constant, as a condition has it. */
  String name();

  /** Its place among the others: the smaller, the worse. */
  int ordinal();
}
