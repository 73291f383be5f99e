package io.normact.math.array;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.FunctionBits;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class VectorChoiceTest {
  private static final Map<String, String> C2 =
      Map.of("TieredStopAtLevel", "4", "UseJVMCICompiler", "false", "EnableVectorSupport", "true");

  private static VectorChoice choice(
      String property, boolean module, String info, Map<String, String> options, int bits) {
    return VectorChoice.of(
        new VectorChoice.Environment(
            property, module, info, name -> Optional.ofNullable(options.get(name)), () -> bits));
  }

  private static VectorChoice withOption(String name, String value) {
    Map<String, String> options = new java.util.HashMap<>(C2);
    options.put(name, value);
    return choice(null, true, "mixed mode", options, 512);
  }

  private static void assertRefused(VectorChoice choice, String reason) {
    assertThat(choice.vectors()).isFalse();
    assertThat(choice.expected()).isFalse();
    assertThat(choice.text())
        .isEqualTo(
            "Arrays are computed without vector registers, with the same results, since %s.",
            reason);
  }

  @Test
  void hotSpotWithItsCompilerAndTheModuleHasVectors() {
    VectorChoice choice = choice(null, true, "mixed mode, sharing", C2, 256);
    assertThat(choice.vectors()).isTrue();
    assertThat(choice.expected()).isTrue();
    assertThat(choice.text()).isEqualTo("Arrays are computed in vector registers of 256 bits.");
    assertThat(choice(" AUTO ", true, "mixed mode", C2, 128).vectors()).isTrue();
  }

  @Test
  void whatIsMissingIsTheReason() {
    String module =
        "Java was started without --add-modules=jdk.incubator.vector, which makes them faster";
    assertRefused(choice(null, false, "mixed mode", C2, 0), module);
    assertRefused(choice("on", false, "mixed mode", C2, 0), module);
    assertRefused(choice(null, true, "interpreted mode", C2, 512), "this JVM interprets only");
    assertRefused(withOption("TieredStopAtLevel", "0"), "this JVM interprets only");
    assertRefused(
        choice(null, true, "mixed mode", Map.of(), 512),
        "this JVM has no compiler C2, as HotSpot has");
    assertRefused(withOption("TieredStopAtLevel", "1"), "the compiler C2 is turned off");
    assertRefused(
        choice(null, true, "mixed mode, emulated-client", C2, 512),
        "the compiler C2 is turned off");
    assertRefused(
        withOption("UseJVMCICompiler", "true"), "a JVMCI compiler stands in for the compiler C2");
    assertRefused(
        withOption("EnableVectorSupport", "false"),
        "the option -XX:-EnableVectorSupport turns vectors off");
    assertRefused(
        choice(null, true, "mixed mode", C2, 64), "vector registers are narrower than 128 bits");
  }

  @Test
  void onlyWhatCanBeMendedIsAWarning() {
    List<Level> levels = new ArrayList<>();
    Logger logger = Logger.getLogger(VectorChoice.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            levels.add(record.getLevel());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      for (boolean module : new boolean[] {true, false}) {
        VectorChoice.logged(
            new VectorChoice.Environment(
                null, module, "mixed mode", name -> Optional.ofNullable(C2.get(name)), () -> 512));
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(levels).containsExactly(Level.INFO, Level.WARNING);
  }

  @Test
  void thePropertyDecides() {
    VectorChoice off = choice("off", true, "mixed mode", C2, 512);
    assertThat(off.vectors()).isFalse();
    assertThat(off.expected()).isTrue();
    assertThat(off.text()).endsWith("since the property normact.vector is off.");
    VectorChoice on = choice("On", true, "interpreted mode", C2, 512);
    assertThat(on.vectors()).isTrue();
    assertThat(on.text()).endsWith("since normact.vector is on.");
    VectorChoice wrong = choice("yes", true, "mixed mode", C2, 512);
    assertThat(wrong.vectors()).isTrue();
    assertThat(wrong.expected()).isFalse();
    assertThat(wrong.text())
        .endsWith("System property normact.vector is 'yes', but must be on, off or auto.");
  }

  @ParameterizedTest
  @CsvSource({
    "com.sun.management.HotSpotDiagnosticMXBean, TieredStopAtLevel, true",
    "com.sun.management.HotSpotDiagnosticMXBean, NoSuchOption, false",
    "io.normact.math.NoSuchBean, TieredStopAtLevel, false"
  })
  void optionsOfTheJvmAreRead(String bean, String name, boolean there) {
    assertThat(VectorChoice.optionOf(bean, name).isPresent()).isEqualTo(there);
  }

  /** Other compilers, no module, and a property: a JVM each, which runs all functions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "true --add-modules=jdk.incubator.vector -Dnormact.vector=on",
        "false --add-modules=jdk.incubator.vector -Dnormact.vector=off",
        "false --add-modules=jdk.incubator.vector -XX:TieredStopAtLevel=1",
        "false"
      })
  void everyChoiceGivesTheSameBits(String line, @TempDir Path folder) throws Exception {
    List<String> words = List.of(line.split(" ", -1));
    Path log = folder.resolve("log");
    String[] answer = run(words.subList(1, words.size()), log).split(" ", 2);
    assertThat(answer[0]).isEqualTo(words.get(0));
    assertThat(Long.parseLong(answer[1])).isEqualTo(FunctionBits.hash());
    assertThat(Files.readString(log)).containsOnlyOnce("Arrays are computed");
    if (words.size() == 1) {
      assertThat(Files.readString(log)).contains("--add-modules=jdk.incubator.vector");
    }
  }

  private static String run(List<String> options, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", classPath(), FunctionBits.class.getName()));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s%s", out, Files.readString(log)).isZero();
    return out.strip();
  }

  private static String classPath() {
    return System.getProperty("java.class.path") + File.pathSeparator;
  }
}
