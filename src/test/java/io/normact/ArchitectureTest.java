package io.normact;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.normact.math.FeatureFunction;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house, as DESIGN of the packages has them: who may know whom. */
class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.normact");

  static Stream<Named<ArchRule>> rules() {
    return Stream.of(
        Named.of(
            "imports run one way: math <- sql <- ml <- report <- job",
            layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("math")
                .definedBy("io.normact.math..")
                .layer("sql")
                .definedBy("io.normact.sql..")
                .layer("ml")
                .definedBy("io.normact.ml..")
                .optionalLayer("report")
                .definedBy("io.normact.report..")
                .optionalLayer("job")
                .definedBy("io.normact.job..")
                .layer("scoring")
                .definedBy("io.normact.scoring..")
                .whereLayer("scoring")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("job")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("job")
                .whereLayer("ml")
                .mayOnlyBeAccessedByLayers("report", "job")
                .whereLayer("sql")
                .mayOnlyBeAccessedByLayers("ml", "report", "job")),
        Named.of(
            "every class is in one of the five packages",
            classes()
                .should()
                .resideInAnyPackage(
                    "io.normact.math",
                    "io.normact.sql",
                    "io.normact.ml",
                    "io.normact.report",
                    "io.normact.job",
                    "io.normact.scoring..")),
        Named.of(
            "packages form no circle",
            slices().matching("io.normact.(*)..").should().beFreeOfCycles()),
        Named.of(
            "math knows Java alone",
            classes()
                .that()
                .resideInAPackage("io.normact.math..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.normact.math..", "jdk.incubator.vector..")),
        Named.of(
            "scoring knows math and Java alone",
            classes()
                .that()
                .resideInAPackage("io.normact.scoring..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.normact.math..", "io.normact.scoring..")),
        Named.of(
            "one class knows the vector module",
            noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.normact.math.Simd")
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
}
