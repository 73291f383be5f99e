package io.normact.lines;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The classes of some jars and of this JDK, as far as linking asks about them. */
final class ClassPath implements AutoCloseable {

  /** A class: what it extends, and its members by name and descriptor, with their access flags. */
  record ClassFile(
      String name,
      int access,
      String superclass,
      List<String> interfaces,
      Map<String, Integer> methods,
      Map<String, Integer> fields) {

    boolean is(int flag) {
      return (access & flag) != 0;
    }
  }

  private final List<ZipFile> jars = new ArrayList<>();
  private final Map<String, ZipFile> places = new HashMap<>();

  /** What was read; null where there is no such class. */
  private final Map<String, ClassFile> read = new HashMap<>();

  ClassPath(List<Path> files) throws IOException {
    for (Path file : files) {
      ZipFile jar = new ZipFile(file.toFile());
      jars.add(jar);
      jar.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .forEach(name -> places.putIfAbsent(name, jar));
    }
  }

  /** The class of this internal name; null if there is none. */
  ClassFile find(String name) {
    if (!read.containsKey(name)) {
      try (InputStream in = open(name + ".class")) {
        read.put(name, in == null ? null : read(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return read.get(name);
  }

  private InputStream open(String entry) throws IOException {
    ZipFile jar = places.get(entry);
    return jar == null
        ? ClassLoader.getPlatformClassLoader().getResourceAsStream(entry)
        : jar.getInputStream(jar.getEntry(entry));
  }

  private static ClassFile read(InputStream in) throws IOException {
    ClassReader reader = new ClassReader(in);
    Map<String, Integer> methods = new HashMap<>();
    Map<String, Integer> fields = new HashMap<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            methods.put(name + descriptor, access);
            return null;
          }

          @Override
          public FieldVisitor visitField(
              int access, String name, String descriptor, String signature, Object value) {
            fields.put(name + descriptor, access);
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new ClassFile(
        reader.getClassName(),
        reader.getAccess(),
        reader.getSuperName(),
        List.of(reader.getInterfaces()),
        methods,
        fields);
  }

  @Override
  public void close() throws IOException {
    for (ZipFile jar : jars) {
      jar.close();
    }
  }
}
