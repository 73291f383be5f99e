package io.normact.math.array;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** Where Spark has set up its log, what is said of the loops stands there. */
class VectorChoiceLogTest {

  @Test
  void slowLoopsAreTold() {
    LocalSpark.session();
    List<LogEvent> events = new CopyOnWriteArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("events", null, null, false, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            events.add(event.toImmutable());
          }
        };
    appender.start();
    // Tests turn the log off.
    Configurator.setLevel(VectorChoice.class.getName(), Level.WARN);
    LoggerConfig root = LoggerContext.getContext(false).getConfiguration().getLoggerConfig("");
    root.addAppender(appender, Level.WARN, null);
    try {
      VectorChoice choice =
          VectorChoice.logged(
              new VectorChoice.Environment(
                  null, false, "mixed mode", name -> Optional.empty(), () -> 0));
      assertThat(events)
          .filteredOn(event -> event.getLoggerName().equals(VectorChoice.class.getName()))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getMessage().getFormattedMessage()).isEqualTo(choice.text());
              });
      assertThat(choice.text()).contains("--add-modules=jdk.incubator.vector");
    } finally {
      root.removeAppender("events");
      Configurator.setLevel(VectorChoice.class.getName(), Level.OFF);
    }
  }
}
