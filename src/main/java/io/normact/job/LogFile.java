package io.normact.job;

import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.appender.FileAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that takes all that is logged in this JVM, from the level INFO on, while a command runs.
 * Nothing is logged on the terminal meanwhile, and the file has what the command says there as
 * well. Afterwards logging is as it was before.
 */
final class LogFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
  private static final String ENDING = ".log";
  private static final String PATTERN =
      "%d{yyyy-MM-dd HH:mm:ss.SSSXXX}{UTC}{en_US} %-5p [%t] %c{1}: %m%n%ex";

  /** A logger's settings before. */
  private record Before(LoggerConfig logger, Level level, List<Appender> consoles) {

    static Before of(LoggerConfig logger) {
      return new Before(
          logger,
          logger.getExplicitLevel(),
          logger.getAppenders().values().stream()
              .filter(ConsoleAppender.class::isInstance)
              .toList());
    }

    void restore() {
      logger.setLevel(level);
      for (Appender console : consoles) {
        AppenderRef ref =
            logger.getAppenderRefs().stream()
                .filter(it -> it.getRef().equals(console.getName()))
                .findFirst()
                .orElseGet(() -> AppenderRef.createAppenderRef(console.getName(), null, null));
        logger.addAppender(console, ref.getLevel(), ref.getFilter());
      }
    }
  }

  private final LoggerContext context;
  private final FileAppender file;
  private final List<Before> before = new ArrayList<>();

  private LogFile(LoggerContext context, Path path) {
    this.context = context;
    Configuration configuration = context.getConfiguration();
    file =
        FileAppender.newBuilder()
            .setName("normact " + path)
            .withFileName(path.toString())
            .setLayout(
                PatternLayout.newBuilder()
                    .withPattern(PATTERN)
                    .withCharset(StandardCharsets.UTF_8)
                    .build())
            .setConfiguration(configuration)
            .build();
    file.start();
    for (LoggerConfig logger : loggers(configuration)) {
      before.add(Before.of(logger));
      logger.getAppenders().values().stream()
          .filter(ConsoleAppender.class::isInstance)
          .forEach(console -> logger.removeAppender(console.getName()));
      if (!logger.getLevel().isLessSpecificThan(Level.INFO)) {
        logger.setLevel(Level.INFO);
      }
      if (logger == configuration.getRootLogger() || !logger.isAdditive()) {
        logger.addAppender(file, null, null);
      }
    }
    context.updateLoggers();
  }

  private static List<LoggerConfig> loggers(Configuration configuration) {
    List<LoggerConfig> loggers = new ArrayList<>(configuration.getLoggers().values());
    if (!loggers.contains(configuration.getRootLogger())) {
      loggers.add(configuration.getRootLogger());
    }
    return loggers;
  }

  /**
   * Logs to a file from now on. Lines are added to what is there.
   *
   * @throws SpecException if the file's name does not end in .log, or it can't be written
   */
  static LogFile open(String name) {
    if (!name.endsWith(ENDING) || name.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw SpecException.of(
          "Option --log is '%s', but must be a file of this machine ending in %s.", name, ENDING);
    }
    Path path;
    try {
      path = Path.of(name).toAbsolutePath();
      Files.createDirectories(path.getParent());
      Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException | InvalidPathException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT, "Option --log is '%s', which can't be written: %s.", name, reason(e)),
          e);
    }
    if (!(LogManager.getContext(false) instanceof LoggerContext context)) {
      throw SpecException.of(
          "Option --log is '%s', but this JVM does not log by Log4j; name the file where it is told how to log.",
          name);
    }
    return new LogFile(context, path);
  }

  private static String reason(Exception e) {
    return e.getClass().getSimpleName().replaceFirst("Exception$", "");
  }

  /** A stream for what a command says, each line of which is logged too. */
  PrintStream copying(PrintStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8) {
      @Override
      public void println(String line) {
        super.println(line);
        LOG.info("{}", line);
      }
    };
  }

  /** Logs why a command has failed, with its stack trace. */
  void failed(Throwable reason) {
    LOG.error("Failed.", reason);
  }

  @Override
  public void close() {
    Configuration configuration = context.getConfiguration();
    loggers(configuration).forEach(logger -> logger.removeAppender(file.getName()));
    before.forEach(Before::restore);
    context.updateLoggers();
    file.stop();
  }
}
