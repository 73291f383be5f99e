package io.normact;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
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
                    "io.normact.job")),
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

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(MAIN);
  }
}
