package io.normact.math;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Default and allowed range of one parameter of an activation function; always finite. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Parameter {
  double defaultValue();

  /** The value must lie above this. */
  double above() default Double.NEGATIVE_INFINITY;

  /** The value must not lie below this. */
  double atLeast() default Double.NEGATIVE_INFINITY;

  /** The value must not lie above this. */
  double atMost() default Double.POSITIVE_INFINITY;
}
