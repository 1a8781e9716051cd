package dev.wstuning.e2e.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stories of the second worker, which e2e/run runs when it is given --modern. */
@NeedsTheNode
@Tag("modern")
@ExtendWith(ModernNode.Joined.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsTheModernNode {}
