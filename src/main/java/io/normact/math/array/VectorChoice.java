package io.normact.math.array;

import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * Whether arrays are computed in vector registers, and why. Both ways give the same bits.
 *
 * <p>Only HotSpot's compiler C2 makes vector instructions of {@link Simd}; interpreted, or compiled
 * by another compiler, its loops are some 80 times slower than plain ones. So what may be missing
 * is looked for, and each thing has a reason of its own. The system property {@value #PROPERTY}
 * decides instead where it is {@code on} or {@code off}; without the module {@code on} has no
 * effect.
 *
 * @param vectors whether vector registers are used
 * @param expected whether that is as good as it gets, or as was asked for
 * @param text the choice and its reason, one sentence
 */
record VectorChoice(boolean vectors, boolean expected, String text) {
  static final String PROPERTY = "normact.vector";

  static final String MODULE = "jdk.incubator.vector";

  private static final int LEAST_BITS = 128;

  /**
   * What the choice depends on.
   *
   * @param property the value of {@value #PROPERTY}, or null
   * @param module whether the JVM was started with the module
   * @param vmInfo the system property java.vm.info, "mixed mode" for most
   * @param vmOption the value of an option of HotSpot, empty where there is no such option
   * @param bits the width of a vector register, asked only where the module is
   */
  record Environment(
      String property,
      boolean module,
      String vmInfo,
      Function<String, Optional<String>> vmOption,
      IntSupplier bits) {

    static Environment ofJvm() {
      return new Environment(
          System.getProperty(PROPERTY),
          ModuleLayer.boot().findModule(MODULE).isPresent(),
          System.getProperty("java.vm.info", ""),
          name -> optionOf("com.sun.management.HotSpotDiagnosticMXBean", name),
          // A method reference would link the class Simd, which needs the module.
          () -> Simd.bits());
    }

    private boolean is(String option, String value) {
      return vmOption.apply(option).filter(value::equals).isPresent();
    }
  }

  private record Refusal(Predicate<Environment> applies, String reason) {}

  /** What speaks against vectors, in the order in which it is looked for. */
  private static final List<Refusal> REFUSALS =
      List.of(
          new Refusal(
              e -> e.vmInfo.contains("interpreted") || e.is("TieredStopAtLevel", "0"),
              "this JVM interprets only"),
          new Refusal(
              e -> e.vmOption.apply("TieredStopAtLevel").isEmpty(),
              "this JVM has no compiler C2, as HotSpot has"),
          new Refusal(
              e -> e.vmInfo.contains("emulated-client") || !e.is("TieredStopAtLevel", "4"),
              "the compiler C2 is turned off"),
          new Refusal(
              e -> e.is("UseJVMCICompiler", "true"),
              "a JVMCI compiler stands in for the compiler C2"),
          new Refusal(
              e -> e.is("EnableVectorSupport", "false"),
              "the option -XX:-EnableVectorSupport turns vectors off"),
          new Refusal(
              e -> e.bits.getAsInt() < LEAST_BITS,
              String.format(
                  Locale.ROOT, "vector registers are narrower than %d bits", LEAST_BITS)));

  /** The choice that is made in this environment. */
  static VectorChoice of(Environment environment) {
    String wish =
        environment.property == null
            ? "auto"
            : environment.property.strip().toLowerCase(Locale.ROOT);
    String remark =
        List.of("auto", "on", "off").contains(wish)
            ? ""
            : String.format(
                Locale.ROOT,
                " System property %s is '%s', but must be on, off or auto.",
                PROPERTY,
                environment.property);
    if (wish.equals("off")) {
      return new VectorChoice(
          false, true, without(String.format(Locale.ROOT, "the property %s is off", PROPERTY)));
    }
    if (!environment.module) {
      return new VectorChoice(
          false,
          false,
          without("Java was started without --add-modules=" + MODULE + ", which makes them faster")
              + remark);
    }
    if (wish.equals("on")) {
      return new VectorChoice(
          true,
          true,
          String.format(
              Locale.ROOT, "Arrays are computed in vector registers, since %s is on.", PROPERTY));
    }
    return REFUSALS.stream()
        .filter(refusal -> refusal.applies.test(environment))
        .findFirst()
        .map(refusal -> new VectorChoice(false, false, without(refusal.reason) + remark))
        .orElseGet(
            () ->
                new VectorChoice(
                    true,
                    remark.isEmpty(),
                    String.format(
                            Locale.ROOT,
                            "Arrays are computed in vector registers of %d bits.",
                            environment.bits.getAsInt())
                        + remark));
  }

  private static String without(String reason) {
    return String.format(
        Locale.ROOT,
        "Arrays are computed without vector registers, with the same results, since %s.",
        reason);
  }

  /** Chooses for this JVM, and says so in the log: as a warning where it can be mended. */
  static VectorChoice logged(Environment environment) {
    VectorChoice choice = of(environment);
    System.getLogger(VectorChoice.class.getName())
        .log(choice.expected ? System.Logger.Level.INFO : System.Logger.Level.WARNING, choice.text);
    return choice;
  }

  /** The value of an option, from a management bean that HotSpot alone has. */
  static Optional<String> optionOf(String bean, String name) {
    try {
      Class<? extends PlatformManagedObject> type =
          Class.forName(bean).asSubclass(PlatformManagedObject.class);
      Method getOption = type.getMethod("getVMOption", String.class);
      Object option = getOption.invoke(ManagementFactory.getPlatformMXBean(type), name);
      return Optional.of((String) option.getClass().getMethod("getValue").invoke(option));
    } catch (ReflectiveOperationException e) {
      // Another JVM, or one without this option.
      return Optional.empty();
    }
  }
}
