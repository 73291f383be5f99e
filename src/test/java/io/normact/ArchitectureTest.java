package io.normact;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture.LayerDependencySpecification;
import io.normact.math.row.FeatureFunction;
import io.normact.ml.FeatureInputs;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house: who may know whom, and what everybody keeps to. */
class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.normact");

  /** The packages that users import from; all others are public for the compiler alone. */
  static final List<String> FOR_USERS =
      List.of(
          "io.normact.math",
          "io.normact.scoring",
          "io.normact.sql",
          "io.normact.onnx",
          "io.normact.ml",
          "io.normact.report");

  /** Each package, below io.normact, and the packages that may import from it. */
  private static final Map<String, List<String>> IMPORTED_BY =
      Map.ofEntries(
          Map.entry(
              "text",
              List.of(
                  "math",
                  "scoring.plan",
                  "scoring",
                  "onnx",
                  "sql.column",
                  "sql.catalyst",
                  "sql.pass",
                  "sql",
                  "ml",
                  "report",
                  "job.spec",
                  "job.output",
                  "job.run",
                  "job")),
          Map.entry(
              "math.array",
              List.of(
                  "math.exact", "math", "math.row", "scoring", "onnx", "sql.catalyst", "sql.pass")),
          Map.entry("math.histogram", List.of("sql.pass", "ml", "report")),
          Map.entry(
              "math.exact",
              List.of(
                  "math.histogram",
                  "math.key",
                  "math.row",
                  "math.learn",
                  "scoring.plan",
                  "sql.column",
                  "sql.catalyst",
                  "sql.pass",
                  "ml",
                  "report")),
          Map.entry(
              "math.key", List.of("scoring.plan", "sql.column", "sql.catalyst", "sql.pass", "ml")),
          Map.entry(
              "math",
              List.of(
                  "math.row",
                  "math.learn",
                  "scoring.plan",
                  "onnx",
                  "sql.pass",
                  "sql",
                  "ml",
                  "report",
                  "connect",
                  "job.run")),
          Map.entry(
              "math.row",
              List.of(
                  "scoring", "scoring.plan", "sql.catalyst", "sql.pass", "sql", "ml", "report")),
          Map.entry("math.learn", List.of("sql.pass", "ml")),
          Map.entry("scoring.plan", List.of("scoring", "onnx", "ml")),
          Map.entry("scoring", List.of()),
          Map.entry("onnx", List.of("ml")),
          Map.entry(
              "sql.column",
              List.of(
                  "sql.catalyst",
                  "sql.pass",
                  "sql",
                  "ml",
                  "report",
                  "job.spec",
                  "job.output",
                  "job.run")),
          Map.entry("sql.catalyst", List.of("sql.pass", "sql", "ml", "job.output", "job.run")),
          Map.entry("sql.pass", List.of("ml", "report")),
          Map.entry("sql", List.of()),
          Map.entry("files", List.of("ml", "report", "job.output", "job.run")),
          Map.entry("ml", List.of("report", "connect", "job.spec", "job.run")),
          Map.entry("report", List.of("connect", "job.run")),
          Map.entry("connect", List.of()),
          Map.entry("job.spec", List.of("job.output", "job.run", "job")),
          Map.entry("job.output", List.of("job.run")),
          Map.entry("job.run", List.of("job")),
          Map.entry("job", List.of()));

  static Stream<Named<ArchRule>> rules() {
    return Stream.of(
        Named.of("imports run one way", importsRunOneWay()),
        Named.of(
            "what users call speaks of what users know",
            noMethods()
                .that()
                .areDeclaredInClassesThat(resideInAnyPackage(FOR_USERS.toArray(String[]::new)))
                .and()
                .areDeclaredInClassesThat(
                    describe("users see", ArchitectureTest::isPublicThroughout))
                .and()
                // The report reads a stage's columns by it.
                .areNotDeclaredIn(FeatureInputs.class)
                .and(
                    describe(
                        "users may call",
                        method ->
                            method.getModifiers().contains(JavaModifier.PUBLIC)
                                || method.getModifiers().contains(JavaModifier.PROTECTED)))
                .should(
                    ArchCondition.from(
                        describe(
                            "take or return what is not for users",
                            method ->
                                Stream.concat(
                                        method.getRawParameterTypes().stream(),
                                        Stream.of(method.getRawReturnType()))
                                    .anyMatch(type -> !isForUsers(type)))))),
        Named.of(
            "packages form no circle",
            slices().matching("io.normact.(**)").should().beFreeOfCycles()),
        Named.of(
            "math knows Java alone",
            classes()
                .that()
                .resideInAPackage("io.normact.math..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                    "java..", "io.normact.math..", "io.normact.text", "jdk.incubator.vector..")),
        Named.of(
            "scoring knows math, words and Java alone",
            classes()
                .that()
                .resideInAPackage("io.normact.scoring..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                    "java..", "io.normact.math..", "io.normact.text", "io.normact.scoring..")),
        Named.of(
            "one class knows the vector module",
            noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.normact.math.array.Simd")
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."))),
        Named.of(
            "only a job makes a session",
            noClasses()
                .that(resideOutsideOfPackages("io.normact.job.."))
                .should()
                .callMethod(SparkSession.class, "builder")),
        Named.of(
            "only a job prints",
            noClasses()
                .that(resideOutsideOfPackages("io.normact.job.."))
                .should(ACCESS_STANDARD_STREAMS)),
        Named.of(
            "only a job exits",
            noClasses()
                .that(resideOutsideOfPackages("io.normact.job.."))
                .should()
                .callMethod(System.class, "exit", int.class)),
        Named.of(
            "numbers and letters are written the same in every locale",
            noClasses().should().accessTargetWhere(goesByTheDefaultLocale())),
        Named.of(
            "functions of features are values",
            classes()
                .that()
                .areAssignableTo(FeatureFunction.class)
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should(
                    ArchCondition.from(
                        describe(
                            "say which are equal",
                            type -> type.tryGetMethod("equals", Object.class).isPresent())))),
        Named.of(
            "names say what a class is",
            noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")));
  }

  private static ArchRule importsRunOneWay() {
    LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String room : IMPORTED_BY.keySet()) {
      house = house.layer(room).definedBy("io.normact." + room);
    }
    for (Map.Entry<String, List<String>> room : IMPORTED_BY.entrySet()) {
      LayerDependencySpecification access = house.whereLayer(room.getKey());
      house =
          room.getValue().isEmpty()
              ? access.mayNotBeAccessedByAnyLayer()
              : access.mayOnlyBeAccessedByLayers(room.getValue().toArray(String[]::new));
    }
    return house.ensureAllClassesAreContainedInArchitectureIgnoring("java..");
  }

  private static boolean isPublicThroughout(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublicThroughout).orElse(true);
  }

  private static boolean isForUsers(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return !name.startsWith("io.normact.") || FOR_USERS.contains(name);
  }

  /**
   * A call or a method reference whose result goes by the locale of the machine: what it writes may
   * be read by a machine (a name, a path, a compiler), and locales have digits of their own, and
   * Turkish has an i without a dot.
   */
  private static DescribedPredicate<JavaAccess<?>> goesByTheDefaultLocale() {
    Map<String, Set<String>> members =
        Map.of(
            String.class.getName(), Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
            Formatter.class.getName(), Set.of("<init>"),
            Scanner.class.getName(), Set.of("<init>"),
            PrintStream.class.getName(), Set.of("printf", "format"),
            PrintWriter.class.getName(), Set.of("printf", "format"),
            Console.class.getName(), Set.of("printf", "format", "readLine"),
            DateTimeFormatter.class.getName(), Set.of("ofPattern"),
            Locale.class.getName(), Set.of("getDefault"));
    return describe(
        "goes by the default locale",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && (members
                        .getOrDefault(target.getOwner().getName(), Set.of())
                        .contains(target.getName())
                    || target.getOwner().getPackageName().equals("java.text"))
                && target.getRawParameterTypes().stream()
                    .noneMatch(type -> type.isEquivalentTo(Locale.class)));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(MAIN);
  }

  @Test
  void noTwoClassesHaveOneName() {
    assertThat(
            MAIN.stream()
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getSimpleName)
                .filter(name -> !name.equals("package-info")))
        .doesNotHaveDuplicates();
  }

  static Stream<String> rooms() {
    return IMPORTED_BY.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void packageInfosSayWhatIsImported(String room) throws IOException {
    String info =
        Files.readString(
            Path.of("src/main/java/io/normact", room.replace('.', '/'), "package-info.java"));
    String sentence = info.replaceAll("(?s).*<p>(Imports .*?\\.)\\s.*", "$1");
    assertThat(
            Pattern.compile("\\{@code[\\s*]+([\\w.]+)}")
                .matcher(sentence)
                .results()
                .map(name -> name.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            rooms().filter(other -> IMPORTED_BY.get(other).contains(room)).toList());
  }
}
