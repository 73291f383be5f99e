package io.normact;

import io.normact.job.fault.FailingDisk;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets the tests of a class save to a {@link FailingDisk}, which works before each of them. */
public final class OnFailingDisk implements BeforeAllCallback, AfterEachCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    FailingDisk.register(LocalSpark.session().sparkContext().hadoopConfiguration());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    FailingDisk.failAt(0);
    FailingDisk.failAtAccess(0);
  }
}
