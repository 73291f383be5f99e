package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML as plain data: mappings, lists and scalars, nested to a bounded depth. Tags could name
 * classes and aliases could blow a small file up, and no spec needs either.
 *
 * <p>It reads the events of a YAML library that this jar brings, not Jackson's module: the Jackson
 * of Spark 3.5 can't bound the depth of YAML.
 */
public final class PlainYaml {

  /** Of mappings and lists in one another. */
  public static final int MAX_DEPTH = 20;

  /** A number as everybody reads it; 010, 0x1f and 1:20, which YAML reads otherwise, are texts. */
  private static final String DECIMAL = "[-+]?(0|[1-9][0-9_]{0,99})";

  private static final List<String> TRUE = List.of("true", "yes", "on");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Resolver RESOLVER = new Resolver();

  private final Parser parser;
  private final String source;

  private PlainYaml(String text, String source) {
    this.parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
    this.source = source;
  }

  /**
   * Reads one document.
   *
   * @param source what the text is, for messages
   * @return its value; a {@link MissingNode} if there is none
   * @throws SpecException if the text is no YAML, or more than plain data
   */
  static JsonNode read(String text, String source) {
    try {
      return new PlainYaml(text, source).document();
    } catch (MarkedYAMLException e) {
      String reason =
          Stream.of(e.getContext(), e.getProblem())
              .filter(part -> part != null && !part.isBlank())
              .collect(Collectors.joining(", "));
      throw new SpecException(unreadable(source, e.getProblemMark(), reason), e);
    } catch (YAMLException e) {
      throw new SpecException(
          unreadable(source, null, e.getMessage().lines().findFirst().orElse("")), e);
    }
  }

  private JsonNode document() {
    parser.getEvent(); // The stream starts.
    if (parser.checkEvent(Event.ID.StreamEnd)) {
      return MissingNode.getInstance();
    }
    parser.getEvent(); // The document starts.
    JsonNode root = value(1);
    parser.getEvent(); // The document ends.
    if (!parser.checkEvent(Event.ID.StreamEnd)) {
      throw wrong(parser.peekEvent(), "A second document follows.");
    }
    return root;
  }

  private JsonNode value(int depth) {
    Event event = plain(parser.getEvent());
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar.getValue(), scalar.getImplicit().canOmitTagInPlainScalar());
    }
    if (depth > MAX_DEPTH) {
      throw wrong(event, String.format(Locale.ROOT, "It nests deeper than %d.", MAX_DEPTH));
    }
    return event instanceof SequenceStartEvent ? list(depth) : mapping(depth);
  }

  private ArrayNode list(int depth) {
    ArrayNode list = NODES.arrayNode();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      list.add(value(depth + 1));
    }
    parser.getEvent();
    return list;
  }

  private ObjectNode mapping(int depth) {
    ObjectNode mapping = NODES.objectNode();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Event event = plain(parser.getEvent());
      if (!(event instanceof ScalarEvent key)) {
        throw wrong(event, "A key must be a text.");
      }
      if (mapping.has(key.getValue())) {
        throw wrong(event, String.format(Locale.ROOT, "Key '%s' is given twice.", key.getValue()));
      }
      mapping.set(key.getValue(), value(depth + 1));
    }
    parser.getEvent();
    return mapping;
  }

  /** The event, once it is known to be no more than plain data. */
  private Event plain(Event event) {
    String found = null;
    if (event instanceof AliasEvent) {
      found = "an alias";
    } else if (event instanceof NodeEvent node && node.getAnchor() != null) {
      found = "an anchor";
    } else if ((event instanceof ScalarEvent scalar && scalar.getTag() != null)
        || (event instanceof CollectionStartEvent collection && collection.getTag() != null)) {
      found = "a tag";
    }
    if (found != null) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "%s%s has %s, but specs are plain YAML: write the value out.",
              source,
              position(event.getStartMark()),
              found));
    }
    return event;
  }

  /** What a word without quotes is: a number, true, false, null or a text. */
  static JsonNode word(String text) {
    return scalar(text, true);
  }

  private static JsonNode scalar(String text, boolean plain) {
    Tag tag = RESOLVER.resolve(NodeId.scalar, text, plain);
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
    }
    if (tag.equals(Tag.INT) && text.matches(DECIMAL)) {
      BigInteger value = new BigInteger(text.replace("_", ""));
      return value.bitLength() < Long.SIZE
          ? NODES.numberNode(value.longValue())
          : NODES.numberNode(value);
    }
    if (tag.equals(Tag.FLOAT)) {
      return NODES.numberNode(floating(text.replace("_", "").toLowerCase(Locale.ROOT)));
    }
    return NODES.textNode(text);
  }

  private static double floating(String text) {
    return switch (text) {
      case ".nan" -> Double.NaN;
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private SpecException wrong(Event event, String sentence) {
    return new SpecException(unreadable(source, event.getStartMark(), sentence));
  }

  private static String unreadable(String source, Mark mark, String reason) {
    return String.format(
        Locale.ROOT,
        "%s%s is no YAML that is read here: %s%s",
        source,
        position(mark),
        reason,
        reason.endsWith(".") ? "" : ".");
  }

  private static String position(Mark mark) {
    return mark == null
        ? ""
        : String.format(
            Locale.ROOT, ", line %d, column %d", mark.getLine() + 1, mark.getColumn() + 1);
  }
}
