package dev.wstuning.e2e.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;

/** A story that reads or changes the host of the node that e2e/cluster/up starts. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfEnvironmentVariable(
    named = "WST_KUBECONFIG",
    matches = ".+",
    disabledReason = "reads the host of the node, which a cluster elsewhere does not show")
public @interface NeedsTheNode {}
