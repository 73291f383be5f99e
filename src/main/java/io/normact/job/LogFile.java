package io.normact.job;

import io.normact.job.run.JobLog;
import io.normact.job.spec.OverlapException;
import io.normact.job.spec.SpecException;
import io.normact.job.spec.SpecFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
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
 *
 * <p>A process that is killed leaves the lines so far, and maybe a part of one more; the next one
 * begins a line of its own.
 *
 * <p>Until {@link #begin} the lines are held in memory and the file is not touched. A command that
 * ends before writes them as it ends, unless they were dropped. Of a spec that can't be read nobody
 * knows which places it names, so the file is taken to lie apart from them.
 */
final class LogFile implements AutoCloseable, JobLog {

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

  /** What is logged to: memory, then the file. */
  private static final class Held extends OutputStream {

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private OutputStream to = held;

    synchronized boolean isHeld() {
      return to == held;
    }

    synchronized void open(Path path) throws IOException {
      Files.createDirectories(path.getParent());
      boolean within = endsWithinLine(path);
      OutputStream file =
          Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      to = file;
      if (within) {
        file.write('\n');
      }
      held.writeTo(file);
      held.reset();
    }

    private static boolean endsWithinLine(Path path) throws IOException {
      if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
        return false;
      }
      try (SeekableByteChannel there = Files.newByteChannel(path)) {
        ByteBuffer last = ByteBuffer.allocate(1);
        return there.size() > 0
            && there.position(there.size() - 1).read(last) == 1
            && last.get(0) != '\n';
      }
    }

    @Override
    public synchronized void write(int b) throws IOException {
      to.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      to.write(bytes, offset, length);
    }

    @Override
    public synchronized void close() throws IOException {
      to.close();
    }
  }

  private final String name;
  private final Path path;
  private final LoggerContext context;
  private final Held lines = new Held();
  private final OutputStreamAppender appender;
  private boolean dropped;
  private final List<Before> before = new ArrayList<>();

  private LogFile(LoggerContext context, String name, Path path) {
    this.name = name;
    this.path = path;
    this.context = context;
    Configuration configuration = context.getConfiguration();
    appender =
        OutputStreamAppender.newBuilder()
            .setName("normact " + path)
            .setTarget(lines)
            .setLayout(
                PatternLayout.newBuilder()
                    .withPattern(PATTERN)
                    .withCharset(StandardCharsets.UTF_8)
                    .build())
            .setConfiguration(configuration)
            .build();
    appender.start();
    for (LoggerConfig logger : loggers(configuration)) {
      before.add(Before.of(logger));
      logger.getAppenders().values().stream()
          .filter(ConsoleAppender.class::isInstance)
          .forEach(console -> logger.removeAppender(console.getName()));
      if (!logger.getLevel().isLessSpecificThan(Level.INFO)) {
        logger.setLevel(Level.INFO);
      }
      if (logger == configuration.getRootLogger() || !logger.isAdditive()) {
        logger.addAppender(appender, null, null);
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
   * @param specFiles the files that the spec is read from
   * @throws SpecException if the file's name does not end in .log, or it can't be written, or is
   *     one of the spec's
   */
  static LogFile open(String name, List<String> specFiles) {
    if (!name.endsWith(ENDING) || name.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw SpecException.of(
          "Option --log is '%s', but must be a file of this machine ending in %s.", name, ENDING);
    }
    Path path;
    try {
      path = Path.of(name).toAbsolutePath();
      checkFile(path);
      for (String spec : specFiles) {
        if (isSpec(path, spec)) {
          throw OverlapException.of(
              "Option --log is '%s', which is the spec '%s'; choose another file.", name, spec);
        }
      }
    } catch (IOException | InvalidPathException e) {
      throw unwritable(name, e);
    }
    if (!(LogManager.getContext(false) instanceof LoggerContext context)) {
      throw SpecException.of(
          "Option --log is '%s', but this JVM does not log by Log4j; name the file where it is told how to log.",
          name);
    }
    return new LogFile(context, name, path);
  }

  /** Checks that a file is there or may be made, and makes none. */
  private static void checkFile(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString());
    }
    Path above = path.getParent();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above)) {
      throw new FileAlreadyExistsException(above.toString());
    }
  }

  private static boolean isSpec(Path path, String spec) throws IOException {
    try {
      return SpecFile.isLocal(spec)
          && Files.exists(path)
          && Files.exists(Path.of(spec))
          && Files.isSameFile(path, Path.of(spec));
    } catch (IllegalArgumentException e) {
      // Whoever reads the spec says what is wrong with its name.
      return false;
    }
  }

  private static SpecException unwritable(String name, Exception e) {
    return new SpecException(
        String.format(
            Locale.ROOT,
            "Option --log is '%s', which can't be written: %s.",
            name,
            e.getClass().getSimpleName().replaceFirst("Exception$", "")),
        e);
  }

  @Override
  public boolean isHeld() {
    return lines.isHeld();
  }

  @Override
  public String file() {
    return name;
  }

  @Override
  public void begin() {
    if (lines.isHeld()) {
      try {
        lines.open(path);
      } catch (IOException e) {
        dropped = true;
        throw unwritable(name, e);
      }
    }
  }

  /** Never writes the lines that are held back. */
  void drop() {
    dropped = true;
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
    loggers(configuration).forEach(logger -> logger.removeAppender(appender.getName()));
    before.forEach(Before::restore);
    context.updateLoggers();
    try {
      if (!dropped) {
        begin();
      }
    } finally {
      appender.stop();
    }
  }
}
