package io.normact.math;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.DoubleStream;

/**
 * A search for the input, and the parameters, at which a function's value or slope is furthest from
 * the exact one: random draws where things are likely to go wrong, then hill climbing from the
 * worst of them, by steps from one unit of the last place to a tenth of the number.
 */
final class WorstUlps {

  /** Where slopes pass through zero. */
  private static final double[] ZEROS = {
    -1.278464542761074, -1.1924312145154952, -0.7517915246935645, -0.7524614220710163
  };

  /** Where arguments of exponentials are cut off, and where results overflow or underflow. */
  private static final double[] EDGES = {
    22,
    30,
    36.7,
    38.5,
    39,
    40,
    44,
    600,
    708.4,
    709.782712893384,
    745.1332191019412,
    746,
    750,
    886,
    1000,
    1e70,
    1e103,
    1e108,
    1e120,
    0x1p400,
    1e300,
    4.49423283715579e307
  };

  private static final double LN_2 = Math.log(2);

  /** What was found. */
  record Point(String name, double[] parameters, double x, double ulps) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s at %s: %.3f ulp", ActivationFunction.of(name, parameters), x, ulps);
    }
  }

  private final Definition definition;
  private final boolean slopes;
  private final SplittableRandom random;
  private final double least;
  private final double greatest;

  WorstUlps(Definition definition, boolean slopes, SplittableRandom random) {
    this.definition = definition;
    this.slopes = slopes;
    this.random = random;
    least = definition.create().leastInput();
    greatest = definition.create().greatestInput();
  }

  /** The worst of so many rounds, each of draws and a climb. */
  Point search(int rounds) {
    Point worst = null;
    for (int round = 0; round < rounds; round++) {
      Point found = climb(draw());
      if (worst == null || found.ulps > worst.ulps) {
        worst = found;
      }
    }
    return worst;
  }

  private Point draw() {
    Point best = null;
    for (int i = 0; i < 40; i++) {
      double[] parameters = parameters();
      Point point = at(parameters, input(parameters));
      if (best == null || point.ulps > best.ulps) {
        best = point;
      }
    }
    return best;
  }

  private Point climb(Point start) {
    Point best = start;
    for (int i = 0; i < 60; i++) {
      double[] parameters = best.parameters.clone();
      double x = best.x;
      int moved = random.nextInt(parameters.length + 1);
      if (moved == parameters.length) {
        double stepped = stepped(x);
        x = isInside(stepped) ? stepped : x;
      } else {
        parameters[moved] = stepped(parameters[moved]);
      }
      if (isAllowed(parameters)) {
        Point point = at(parameters, x);
        if (point.ulps >= best.ulps) {
          best = point;
        }
      }
    }
    return best;
  }

  private double stepped(double x) {
    double far = Math.scalb(1 + random.nextDouble(), random.nextInt(50));
    double stepped = x + (random.nextBoolean() ? far : -far) * Math.ulp(x);
    return Double.isFinite(stepped) ? stepped : x;
  }

  /** Whether x is finite and so is the function's value there. */
  private boolean isInside(double x) {
    return x > least && x < greatest;
  }

  /** Parameters and inputs that belong to them, as a search begins with. */
  void draw(int inputs, BiConsumer<double[], double[]> receiver) {
    double[] parameters = parameters();
    receiver.accept(
        parameters, DoubleStream.generate(() -> input(parameters)).limit(inputs).toArray());
  }

  Point at(double[] parameters, double x) {
    ActivationFunction f = definition.create(parameters);
    double actual = slopes ? f.slope(x) : f.value(x);
    Real exact =
        slopes
            ? ExactActivation.slope(definition.name(), parameters, x)
            : ExactActivation.value(definition.name(), parameters, x);
    return new Point(definition.name(), parameters, x, exact.ulpsTo(actual));
  }

  private boolean isAllowed(double[] parameters) {
    for (int i = 0; i < parameters.length; i++) {
      if (!definition.parameters().get(i).allows(parameters[i])) {
        return false;
      }
    }
    return !definition.name().equals("hard_tanh") || parameters[0] < parameters[1];
  }

  private double[] parameters() {
    double[] parameters = new double[definition.parameters().size()];
    boolean defaults = random.nextInt(4) == 0;
    do {
      for (int i = 0; i < parameters.length; i++) {
        Definition.ParameterDefinition parameter = definition.parameters().get(i);
        parameters[i] = defaults ? parameter.defaultValue() : number();
        double least = Math.max(parameter.atLeast(), parameter.above());
        if (least >= 0) {
          parameters[i] = Math.abs(parameters[i]);
        }
        if (!defaults && random.nextInt(8) == 0) {
          parameters[i] =
              random.nextBoolean() ? parameter.atMost() : Math.nextUp(parameter.atLeast());
        }
      }
    } while (!isAllowed(parameters));
    return parameters;
  }

  /** A number of any magnitude, most often a common one. */
  private double number() {
    return switch (random.nextInt(6)) {
      case 0 -> anyMagnitude();
      case 1 -> Math.scalb(random.nextDouble(-1, 1), random.nextInt(-166, 167));
      case 2 -> random.nextInt(-20, 21) * 0.25;
      default -> random.nextDouble(-4, 4);
    };
  }

  private double anyMagnitude() {
    double x = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(x) ? x : random.nextDouble();
  }

  private double input(double[] parameters) {
    double scale = 1;
    double offset = 0;
    if (parameters.length > 0 && random.nextInt(8) > 0) {
      double p = parameters[0];
      switch (definition.name()) {
        case "celu" -> scale = p;
        case "swish", "softplus" -> scale = 1 / p;
        case "squareplus" -> scale = Math.sqrt(p);
        case "hard_sigmoid" -> {
          offset = (random.nextInt(2) - parameters[1]) / p;
          scale = offset;
        }
        case "elu" -> offset = random.nextInt(3) == 0 ? -Math.log(p) : 0;
        default -> {
          offset = parameters[random.nextInt(parameters.length)];
          scale = offset;
        }
      }
    }
    double x = standard() * scale + (random.nextBoolean() ? offset : 0);
    while (!isInside(x)) {
      x = least == Double.NEGATIVE_INFINITY ? standard() : bounded();
    }
    return x;
  }

  /** Near the ends of the interval on which the logarithms are defined, and between them. */
  private double bounded() {
    double distance = Math.scalb(random.nextDouble(), -random.nextInt(1074));
    return switch (random.nextInt(4)) {
      case 0 -> least + distance;
      case 1 -> greatest - distance;
      case 2 -> near(random.nextInt(1, 4)) / 4;
      default -> random.nextDouble(-1, 1);
    };
  }

  private double standard() {
    return switch (random.nextInt(14)) {
      // Where the nearest multiple of ln 2 changes, and where it is the number itself.
      case 9 -> near(0.5 * LN_2 * random.nextInt(-2150, 2051));
      case 10 -> near(0.25 * LN_2 * random.nextInt(-100, 101));
      case 11 -> near(ZEROS[random.nextInt(ZEROS.length)] + random.nextInt(-1, 2) * 0.25);
      case 12 -> near(EDGES[random.nextInt(EDGES.length)]) * (random.nextBoolean() ? 1 : -1);
      case 13 -> near(Math.scalb(random.nextBoolean() ? 1.0 : -1.0, random.nextInt(-1074, 1024)));
      case 0 -> anyMagnitude();
      case 1 -> random.nextDouble(-800, 800);
      case 2 -> random.nextDouble(-45, 45);
      case 3 ->
          ZEROS[random.nextInt(ZEROS.length)]
              + random.nextDouble(-1, 1) * Math.scalb(1.0, -random.nextInt(60));
      // Where branches meet.
      case 4 -> near(random.nextInt(-6, 7));
      case 5 -> Math.scalb(random.nextDouble(-1, 1), -random.nextInt(80));
      default -> random.nextDouble(-4, 4);
    };
  }

  private double near(double x) {
    return x * (1 + random.nextDouble(-1, 1) * Math.scalb(1.0, -random.nextInt(54)));
  }
}
