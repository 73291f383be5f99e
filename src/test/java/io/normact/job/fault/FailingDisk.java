package io.normact.job.fault;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local file system as {@code failing:/path}, one change or access to which fails. */
public class FailingDisk extends WatchedDisk {

  public static final String SCHEME = "failing";

  private static final String LOCAL = "fs.file.impl";

  /** The folder of this machine whose changes count; null for all. */
  private static volatile String folder;

  /** For {@code fs.file.impl}: the local file system with its checksums. */
  public static final class Local extends LocalFileSystem {
    /** Called by Hadoop. */
    public Local() {
      super(
          new FailingDisk() {
            // Hadoop asks for it before a field of this class would be set.
            @Override
            public URI getUri() {
              return URI.create("file:///");
            }

            @Override
            public String getScheme() {
              return "file";
            }
          });
    }
  }

  /** Makes it the local file system of those with this configuration, where a folder is changed. */
  public static void replaceLocal(Configuration configuration, String changed) {
    folder = changed;
    configuration.set(LOCAL, Local.class.getName());
    configuration.setBoolean(LOCAL + ".disable.cache", true);
  }

  /** Undoes that. */
  public static void restoreLocal(Configuration configuration) {
    folder = null;
    configuration.unset(LOCAL);
    configuration.unset(LOCAL + ".disable.cache");
  }

  private static final AtomicInteger LEFT = new AtomicInteger();
  private static final AtomicInteger ACCESSES_LEFT = new AtomicInteger();

  /** Whether all changes fail from the one that was to fail on. */
  private static volatile boolean dies;

  private static volatile boolean dead;

  /** The same where a killed process would be: nothing that it wanted to change happens. */
  public static void dieAt(int change) {
    failAt(change);
    dies = true;
  }

  public static void register(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", FailingDisk.class.getName());
  }

  /** Has the n-th change from now on fail, and no other; with 0 none does. */
  public static void failAt(int change) {
    dies = false;
    dead = false;
    LEFT.set(change);
  }

  /** Has the n-th access from now on fail, and no other: an opened file, a listing, a status. */
  public static void failAtAccess(int access) {
    ACCESSES_LEFT.set(access);
  }

  /** Whether the change that was to fail is still to come. */
  public static boolean isStillToFail() {
    return LEFT.get() > 0;
  }

  @Override
  protected void change(Path path) throws IOException {
    if (folder != null && !path.toUri().getPath().startsWith(folder)) {
      return;
    }
    if (dead) {
      throw new IOException("Disk is dead at " + path.getName());
    }
    try {
      count(LEFT, path);
    } catch (IOException e) {
      dead = dies;
      throw e;
    }
  }

  /** How many changes there were since the disk was told at which to fail. */
  public static int changes(int failing) {
    return failing - LEFT.get();
  }

  /** A disk that is full is often known to be as a file is closed. */
  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    OutputStream file = super.createOutputStreamWithMode(path, append, permission);
    return new FilterOutputStream(file) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          super.close();
          try {
            change(path);
          } catch (IOException e) {
            try (RandomAccessFile half = new RandomAccessFile(pathToFile(path), "rw")) {
              half.setLength(half.length() / 2);
            }
            throw new IOException("No space left on device for " + path.getName(), e);
          }
        }
      }
    };
  }

  private static void count(AtomicInteger left, Path path) throws IOException {
    if (left.getAndUpdate(n -> Math.max(0, n - 1)) == 1) {
      throw new IOException("Disk failed at " + path.getName());
    }
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.open(path, bufferSize);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.listStatus(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.getFileStatus(path);
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }
}
