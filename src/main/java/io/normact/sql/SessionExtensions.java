package io.normact.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * The extension that Spark finds through META-INF/services and calls for every session. This class
 * alone is compiled for Java 8, on which Spark 3.5 still runs. On a JVM that is too old it logs
 * what is missing. Any other class of the jar would end each session there with an error.
 */
public final class SessionExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  private static final Logger LOG = LoggerFactory.getLogger(SessionExtensions.class);
  private static final int NEEDED = 17;

  private final String version;

  /** The extensions for this JVM. */
  public SessionExtensions() {
    this(System.getProperty("java.specification.version"));
  }

  /** The extensions for a JVM of this version, as {@code java.specification.version} has it. */
  SessionExtensions(String version) {
    this.version = version;
  }

  /**
   * Registers the SQL functions, as {@link ActivationExtensions} does. On a JVM that is too old it
   * logs a warning instead.
   */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    // "1.8" was the last of its kind.
    if (version.startsWith("1.") || Integer.parseInt(version) < NEEDED) {
      LOG.warn(
          "normact needs Java {}, but this is Java {}; its functions and stages are not available.",
          NEEDED,
          version);
      return BoxedUnit.UNIT;
    }
    return new ActivationExtensions().apply(extensions);
  }
}
