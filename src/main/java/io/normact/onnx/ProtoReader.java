package io.normact.onnx;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The fields of a message in the wire format of Protocol Buffers, as {@link Message} writes it. */
final class ProtoReader {

  private final Map<Integer, List<Object>> fields = new HashMap<>();

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is none
   */
  ProtoReader(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (in.hasRemaining()) {
        long key = varint(in);
        fields.computeIfAbsent((int) (key >>> 3), field -> new ArrayList<>()).add(value(in, key));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("It ends too early.", e);
    }
  }

  private static Object value(ByteBuffer in, long key) {
    return switch ((int) (key & 7)) {
      case Message.VARINT -> varint(in);
      case Message.FIXED64 -> in.getDouble();
      case Message.FIXED32 -> in.getFloat();
      case Message.BYTES -> {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
          throw new BufferUnderflowException();
        }
        ByteBuffer part = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        yield part;
      }
      default -> throw new IllegalArgumentException("It has a field of no known kind.");
    };
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("It has a number of more than 64 bits.");
  }

  private <T> List<T> all(int field, Class<T> type) {
    List<T> values = new ArrayList<>();
    for (Object value : fields.getOrDefault(field, List.of())) {
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException("It has field " + field + " of another kind.");
      }
      values.add(type.cast(value));
    }
    return values;
  }

  List<ProtoReader> messages(int field) {
    return all(field, ByteBuffer.class).stream().map(ProtoReader::new).toList();
  }

  List<String> texts(int field) {
    return all(field, ByteBuffer.class).stream()
        .map(bytes -> StandardCharsets.UTF_8.decode(bytes.duplicate()).toString())
        .toList();
  }

  /** The last text, as Protocol Buffers take the last of a field that is no list; empty if none. */
  String text(int field) {
    List<String> texts = texts(field);
    return texts.isEmpty() ? "" : texts.get(texts.size() - 1);
  }

  long number(int field) {
    List<Long> numbers = all(field, Long.class);
    return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
  }

  float single(int field) {
    List<Float> numbers = all(field, Float.class);
    return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
  }

  /** The bytes of a field, in little-endian order; null if there is none. */
  ByteBuffer bytes(int field) {
    List<ByteBuffer> all = all(field, ByteBuffer.class);
    return all.isEmpty() ? null : all.get(all.size() - 1).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  List<Float> singles(int field) {
    return numbers(field, Float.class, ByteBuffer::getFloat);
  }

  List<Double> doubles(int field) {
    return numbers(field, Double.class, ByteBuffer::getDouble);
  }

  List<Long> integers(int field) {
    return numbers(field, Long.class, ProtoReader::varint);
  }

  /** Numbers one by one or packed, as writers choose. */
  private <N extends Number> List<N> numbers(
      int field, Class<N> type, Function<ByteBuffer, N> next) {
    List<N> numbers = new ArrayList<>();
    for (Object value : fields.getOrDefault(field, List.of())) {
      if (value instanceof ByteBuffer bytes) {
        numbers.addAll(numbers(bytes, next));
      } else {
        numbers.add(type.cast(value));
      }
    }
    return numbers;
  }

  /**
   * Numbers one after the other, in little-endian order.
   *
   * @throws IllegalArgumentException if the last one is not whole
   */
  static <N extends Number> List<N> numbers(ByteBuffer bytes, Function<ByteBuffer, N> next) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<N> numbers = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        numbers.add(next.apply(in));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("A number ends too early.", e);
    }
    return numbers;
  }
}
