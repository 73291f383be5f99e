package io.normact;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others compile against is what the listing says, so that no change of it is an accident. */
class ApiTest {

  private static final Path LISTING = Path.of("src/test/resources/io/normact/api.txt");

  /** Those for users, and the command line's one class. */
  private static final Set<String> PACKAGES =
      Stream.concat(ArchitectureTest.FOR_USERS.stream(), Stream.of("io.normact.job"))
          .collect(Collectors.toSet());

  /** With -Dapi.write the listing is written first. */
  @Test
  void publicMembersAreListed() throws IOException {
    String listing = String.join("\n", listing()) + "\n";
    if (System.getProperty("api.write") != null) {
      Files.writeString(LISTING, listing);
    }
    assertThat(listing)
        .as("%s; `./mvnw test -Dtest=ApiTest -Dapi.write` writes it anew", LISTING)
        .isEqualTo(Files.readString(LISTING));
  }

  private static List<String> listing() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(PACKAGES).stream()
            .filter(type -> PACKAGES.contains(type.getPackageName()) && isPublic(type))
            .map(JavaClass::reflect)
            .flatMap(ApiTest::lines)
            .sorted()
            .toList();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ApiTest::isPublic).orElse(true);
  }

  private static Stream<String> lines(Class<?> type) {
    Stream<String> members =
        Stream.of(
                type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
            .flatMap(Arrays::<Member>stream)
            .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
            .filter(member -> !member.isSynthetic())
            .map(ApiTest::text);
    return Stream.concat(Stream.of("type " + type.toGenericString()), members)
        .map(line -> type.getName() + ": " + line.replace("java.lang.", ""));
  }

  private static String text(Member member) {
    return member instanceof Executable executable
        ? executable.toGenericString()
        : ((java.lang.reflect.Field) member).toGenericString();
  }
}
