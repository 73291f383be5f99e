package io.normact.lines;

import static org.objectweb.asm.Opcodes.ACC_ABSTRACT;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PROTECTED;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;

import io.normact.lines.ClassPath.ClassFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Links a jar against a class path on paper: everything that its classes name must be there, of the
 * right kind and in reach, every method that a superclass leaves open must be there, and none that
 * a superclass has closed may be.
 */
final class Linker {

  private static final Set<String> IMMUTABLE =
      Set.of("scala/collection/immutable/Seq", "scala/collection/immutable/IndexedSeq");

  private final ClassPath classes;

  /** What does not link, each with the classes that need it. */
  private final Map<String, Set<String>> faults = new LinkedHashMap<>();

  /** What has been looked at, so that each reference is resolved once. */
  private final Map<String, String> known = new HashMap<>();

  private int references;

  Linker(ClassPath classes) {
    this.classes = classes;
  }

  /**
   * Links every class of the jar.
   *
   * @param classes the jar's own and those that it runs beside
   */
  static Linker link(Path jar, ClassPath classes) throws IOException {
    Linker linker = new Linker(classes);
    try (ZipFile file = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : file.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        try (InputStream in = file.getInputStream(entry)) {
          linker.link(new ClassReader(in));
        }
      }
    }
    return linker;
  }

  /** What does not link, and which classes need it. */
  Map<String, Set<String>> faults() {
    return faults;
  }

  /** How many different references there were. */
  int references() {
    return references;
  }

  private void link(ClassReader reader) {
    ClassFile self = classes.find(reader.getClassName());
    checkParents(self);
    checkMethods(self);
    reader.accept(new References(self), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  private void checkParents(ClassFile self) {
    check(
        self,
        "extends " + self.superclass(),
        key -> {
          ClassFile parent = classes.find(self.superclass());
          return parent == null
              ? "is missing"
              : parent.is(ACC_INTERFACE)
                  ? "is an interface"
                  : parent.is(ACC_FINAL) ? "is final" : null;
        });
    for (String name : self.interfaces()) {
      check(
          self,
          "implements " + name,
          key -> {
            ClassFile parent = classes.find(name);
            return parent == null
                ? "is missing"
                : parent.is(ACC_INTERFACE) ? null : "is no interface";
          });
    }
  }

  /** Whether the class has all methods that it must and none that it must not have. */
  private void checkMethods(ClassFile self) {
    Map<String, ClassFile> open = new LinkedHashMap<>();
    for (ClassFile parent : parents(self)) {
      parent
          .methods()
          .forEach(
              (method, access) -> {
                if ((access & ACC_ABSTRACT) != 0) {
                  open.putIfAbsent(method, parent);
                }
                Integer own = self.methods().get(method);
                if ((access & ACC_FINAL) != 0
                    && (access & (ACC_PRIVATE | ACC_STATIC)) == 0
                    && !parent.equals(self)
                    && own != null
                    && (own & (ACC_PRIVATE | ACC_STATIC)) == 0
                    && !method.startsWith("<")) {
                  fault(self, parent.name() + "." + method + " is final");
                }
              });
    }
    if (self.is(ACC_ABSTRACT)) {
      return;
    }
    open.forEach(
        (method, parent) -> {
          if (!implemented(self, method)) {
            fault(self, parent.name() + "." + method + " is left open");
          }
        });
  }

  private boolean implemented(ClassFile self, String method) {
    for (ClassFile at = self; at != null; at = superclass(at)) {
      Integer access = at.methods().get(method);
      if (access != null && (access & ACC_STATIC) == 0) {
        return (access & ACC_ABSTRACT) == 0;
      }
    }
    return parents(self).stream()
        .filter(parent -> parent.is(ACC_INTERFACE))
        .anyMatch(
            parent -> (parent.methods().getOrDefault(method, ACC_ABSTRACT) & ACC_ABSTRACT) == 0);
  }

  /** The class and all that it extends or implements. */
  private Set<ClassFile> parents(ClassFile self) {
    Set<ClassFile> found = new LinkedHashSet<>();
    Deque<ClassFile> next = new ArrayDeque<>(List.of(self));
    while (!next.isEmpty()) {
      ClassFile at = next.removeFirst();
      if (found.add(at)) {
        if (superclass(at) != null) {
          next.addFirst(superclass(at));
        }
        at.interfaces().stream()
            .map(classes::find)
            .filter(parent -> parent != null)
            .forEach(next::addLast);
      }
    }
    return found;
  }

  private ClassFile superclass(ClassFile self) {
    return self.superclass() == null ? null : classes.find(self.superclass());
  }

  private void check(ClassFile user, String reference, Function<String, String> resolve) {
    String wrong =
        known.computeIfAbsent(
            reference,
            key -> {
              references++;
              String reason = resolve.apply(key);
              return reason == null ? "" : reason;
            });
    if (!wrong.isEmpty()) {
      fault(user, reference + " " + wrong);
    }
  }

  private void fault(ClassFile user, String fault) {
    faults.computeIfAbsent(fault, key -> new TreeSet<>()).add(user.name());
  }

  private void checkClass(ClassFile user, String name) {
    if (name != null) {
      checkType(user, Type.getObjectType(name));
    }
  }

  private void checkType(ClassFile user, Type type) {
    if (type.getSort() == Type.METHOD) {
      checkType(user, type.getReturnType());
      for (Type argument : type.getArgumentTypes()) {
        checkType(user, argument);
      }
    } else if (type.getSort() == Type.ARRAY) {
      checkType(user, type.getElementType());
    } else if (type.getSort() == Type.OBJECT) {
      check(user, type.getInternalName(), name -> classes.find(name) == null ? "is missing" : null);
    }
  }

  private void checkMember(
      ClassFile user,
      String owner,
      String member,
      boolean method,
      boolean isStatic,
      boolean ofInterface) {
    if (owner.startsWith("[")) {
      return; // An array's methods are those of Object, whatever its elements are.
    }
    checkClass(user, owner);
    String kind = (isStatic ? "static " : "") + (method && ofInterface ? "interface " : "");
    check(
        user,
        kind + owner + "." + member,
        key -> {
          ClassFile start = classes.find(owner);
          if (start == null) {
            return null; // Said of the class already.
          }
          if (method && start.is(ACC_INTERFACE) != ofInterface) {
            return ofInterface ? "is called on what is no interface" : "is called on an interface";
          }
          for (ClassFile at : parents(start)) {
            Integer access = (method ? at.methods() : at.fields()).get(member);
            if (access == null || (member.startsWith("<") && !at.equals(start))) {
              continue;
            }
            if (((access & ACC_STATIC) != 0) != isStatic) {
              return isStatic ? "is not static" : "is static";
            }
            return reachable(user, at, access) ? null : "is out of reach";
          }
          return signaturePolymorphic(start) ? null : "is missing";
        });
  }

  private static boolean signaturePolymorphic(ClassFile owner) {
    return owner.name().equals("java/lang/invoke/MethodHandle")
        || owner.name().equals("java/lang/invoke/VarHandle");
  }

  private boolean reachable(ClassFile user, ClassFile owner, int access) {
    if ((access & ACC_PUBLIC) != 0) {
      return true;
    }
    if ((access & ACC_PROTECTED) != 0 && parents(user).contains(owner)) {
      return true;
    }
    // Nest mates reach what is private; a jar's own classes were compiled together.
    return packageOf(user).equals(packageOf(owner));
  }

  private static String packageOf(ClassFile file) {
    return file.name().substring(0, file.name().lastIndexOf('/') + 1);
  }

  /** Resolves everything that one class names. */
  private final class References extends ClassVisitor {

    private final ClassFile self;

    References(ClassFile self) {
      super(Opcodes.ASM9);
      this.self = self;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      checkType(self, Type.getType(descriptor));
      return null;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      checkType(self, Type.getMethodType(descriptor));
      return new Code();
    }

    private final class Code extends MethodVisitor {

      Code() {
        super(Opcodes.ASM9);
      }

      @Override
      public void visitTypeInsn(int opcode, String type) {
        checkClass(self, type);
        if (opcode == Opcodes.CHECKCAST && IMMUTABLE.contains(type)) {
          fault(self, type + " is cast to, but Spark on Scala 2.12 hands over others");
        }
      }

      @Override
      public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
        checkMember(self, owner, name + descriptor, false, isStatic, false);
      }

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        checkType(self, Type.getMethodType(descriptor));
        checkMember(
            self, owner, name + descriptor, true, opcode == Opcodes.INVOKESTATIC, isInterface);
      }

      @Override
      public void visitInvokeDynamicInsn(
          String name, String descriptor, Handle bootstrap, Object... arguments) {
        checkType(self, Type.getMethodType(descriptor));
        checkConstant(bootstrap);
        for (Object argument : arguments) {
          checkConstant(argument);
        }
      }

      @Override
      public void visitLdcInsn(Object value) {
        checkConstant(value);
      }

      @Override
      public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        checkType(self, Type.getType(descriptor));
      }

      @Override
      public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
        checkClass(self, type);
      }

      private void checkConstant(Object constant) {
        if (constant instanceof Type type) {
          checkType(self, type);
        } else if (constant instanceof Handle handle) {
          boolean method = handle.getTag() >= Opcodes.H_INVOKEVIRTUAL;
          boolean isStatic =
              handle.getTag() == Opcodes.H_INVOKESTATIC
                  || handle.getTag() == Opcodes.H_GETSTATIC
                  || handle.getTag() == Opcodes.H_PUTSTATIC;
          checkMember(
              self,
              handle.getOwner(),
              handle.getName() + handle.getDesc(),
              method,
              isStatic,
              handle.isInterface());
        } else if (constant instanceof ConstantDynamic dynamic) {
          checkConstant(dynamic.getBootstrapMethod());
          for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
            checkConstant(dynamic.getBootstrapMethodArgument(i));
          }
        }
      }
    }
  }
}
