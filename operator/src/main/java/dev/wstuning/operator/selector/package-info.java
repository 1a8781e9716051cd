/** Label selectors as a predicate, a query and the API server's model. */
package dev.wstuning.operator.selector;
