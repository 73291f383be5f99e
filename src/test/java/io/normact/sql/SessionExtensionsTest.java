package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.util.ServiceLoader;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LinkIT looks at the class file's version. */
class SessionExtensionsTest {

  @ParameterizedTest
  @ValueSource(strings = {"1.8", "11", "16"})
  void oldJvmGetsNoFunctionsAndNoError(String version) {
    // An ActivationExtensions would ask these for their registry.
    SparkSessionExtensions untouched = null;
    assertThat(new SessionExtensions(version).apply(untouched)).isNotNull();
  }

  @Test
  void sparkFindsIt() {
    assertThat(ServiceLoader.load(SparkSessionExtensionsProvider.class))
        .hasAtLeastOneElementOfType(SessionExtensions.class);
    assertThat(LocalSpark.session().sql("SELECT sigmoid(0D)").first().getDouble(0)).isEqualTo(0.5);
  }
}
