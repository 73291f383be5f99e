package io.normact.ml;

import io.normact.scoring.Scorer;
import java.io.PrintStream;
import java.nio.file.Path;

/** What a scorer of statistics by key does in a small heap, a line each. */
final class SmallHeapScorer {

  private SmallHeapScorer() {}

  public static void main(String[] args) {
    PrintStream out = System.out;
    for (String folder : args) {
      try {
        out.println(Scorer.load(Path.of(folder)).ofKey(3L).score(new double[] {1}).length);
      } catch (IllegalArgumentException e) {
        out.println(e.getMessage());
      }
    }
  }
}
