/** What the facts and reports of pods mean for a tuning: small named rules, all of them pure. */
package dev.wstuning.operator.verdict;
