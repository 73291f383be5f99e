package io.normact.scoring.plan;

import io.normact.scoring.plan.RowPlan.Column;
import io.normact.scoring.plan.RowPlan.Segment;
import io.normact.scoring.plan.RowPlan.Step;
import io.normact.text.Counted;
import io.normact.text.NameList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes the plan of some stages, which follow one another as in a pipeline. */
public final class Planner {

  /** What a stage does, and how it is called in messages. */
  private record Planned(String place, ScoredStage numbers) {
    boolean assembles() {
      return numbers.functions().get(0) instanceof StageFunction.Assembly;
    }

    /** What it makes, in the order in which it does. */
    List<String> outputs() {
      List<String> outputs = new ArrayList<>(numbers.columns().outputs());
      outputs.addAll(numbers.indicators());
      return outputs;
    }
  }

  private final List<Planned> stages;
  private final Widths widths;

  /**
   * A planner of these stages.
   *
   * @param given how many numbers columns hold of which no stage says it
   * @param key the key of the rows
   * @throws IllegalArgumentException if a stage can't be scored, or stages don't fit one another
   */
  public Planner(List<SavedStage> saved, Map<String, Integer> given, RowKey key) {
    stages = saved.stream().map(s -> new Planned(s.place(), ScoredStage.of(s, key))).toList();
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("The pipeline holds no stage, but needs at least one.");
    }
    checkNames();
    widths = widths(given);
  }

  /** The column that is the whole row and whose width nothing says; null if there is none. */
  public String openColumn() {
    return widths.open();
  }

  /** The names of the columns that the stages read and don't make themselves. */
  private Set<String> inputs() {
    Set<String> made = new LinkedHashSet<>();
    Set<String> inputs = new LinkedHashSet<>();
    for (Planned stage : stages) {
      for (String name : stage.numbers.columns().inputs()) {
        if (!made.contains(name)) {
          inputs.add(name);
        }
      }
      made.addAll(stage.outputs());
    }
    return inputs;
  }

  /** Outputs are new, and no two names are one to a session that doesn't look at the case. */
  private void checkNames() {
    Set<String> known = new LinkedHashSet<>();
    Map<String, String> spellings = new LinkedHashMap<>();
    for (Planned stage : stages) {
      known.addAll(stage.numbers.columns().inputs());
      for (String name : stage.outputs()) {
        if (!known.add(name)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s makes the column '%s', which is there already; it must make new ones.",
                  stage.place,
                  name));
        }
      }
    }
    for (String name : known) {
      String other = spellings.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Columns '%s' and '%s' differ by upper and lower case alone, so that it depends on a session whether they are one; spell them alike.",
                other,
                name));
      }
    }
  }

  private Widths widths(Map<String, Integer> given) {
    Widths found = new Widths();
    for (Planned stage : stages) {
      StageColumns columns = stage.numbers.columns();
      for (int i = 0; i < columns.inputs().size() && !stage.assembles(); i++) {
        found.join(columns.inputs().get(i), columns.outputs().get(i));
        if (!stage.numbers.indicators().isEmpty()) {
          found.join(columns.inputs().get(i), stage.numbers.indicators().get(i));
        }
        if (stage.numbers.widths().length > 0) {
          found.set(columns.inputs().get(i), stage.numbers.widths()[i], stage.place);
        }
      }
    }
    Set<String> inputs = inputs();
    given.forEach(
        (name, width) -> {
          if (!inputs.contains(name)) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "Column '%s' has a width given, but the stages read %s.",
                    name,
                    NameList.of(inputs)));
          }
          if (width == null || width < 1) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "Column '%s' has the width %s, but must have one above 0.",
                    name,
                    width));
          }
          found.set(name, width, "What is given");
        });
    List<String> unknown = inputs.stream().filter(name -> found.of(name) == 0).toList();
    if (inputs.size() == 1 && unknown.size() == 1) {
      found.leaveOpen(unknown.get(0));
      return found;
    }
    for (String name : unknown) {
      for (Planned stage : stages) {
        if (worksAcross(stage, name)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s works across the whole of column '%s', whose width no stage says; give it.",
                  stage.place,
                  name));
        }
      }
      found.set(name, 1, "A number");
    }
    return found;
  }

  private static boolean worksAcross(Planned stage, String column) {
    List<StageFunction> functions = stage.numbers.functions();
    int at = stage.numbers.columns().inputs().indexOf(column);
    return at >= 0 && !functions.get(functions.size() == 1 ? 0 : at).elementwise();
  }

  /**
   * The plan.
   *
   * @param openWidth how many numbers {@link #openColumn} holds; of no effect where there is none
   */
  public RowPlan plan(int openWidth) {
    return new Build(openWidth).plan();
  }

  private final class Build {
    private final int openWidth;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Set<String> taken = new LinkedHashSet<>();
    private final List<Column> inputs = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    Build(int openWidth) {
      this.openWidth = openWidth;
    }

    RowPlan plan() {
      int at = 0;
      for (String name : inputs()) {
        int width = widths.of(name) == 0 ? openWidth : widths.of(name);
        Column column = new Column(name, List.of(new Segment(0, at, width)), true);
        inputs.add(column);
        columns.put(name, column);
        at += width;
      }
      for (Planned stage : stages) {
        taken.addAll(stage.numbers.columns().inputs());
        if (stage.assembles()) {
          assemble(stage);
        } else {
          map(stage);
        }
      }
      List<Column> outputs =
          columns.values().stream().filter(column -> !taken.contains(column.name())).toList();
      return new RowPlan(List.copyOf(inputs), List.copyOf(steps), outputs);
    }

    private void assemble(Planned stage) {
      StageColumns names = stage.numbers.columns();
      String output = names.outputs().get(0);
      List<Column> from = names.inputs().stream().map(columns::get).toList();
      int width = RowPlan.width(from);
      int expected = widths.of(output);
      if (expected != 0 && expected != width) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s makes a vector of %s, but a stage after it was fitted on %d; give the widths of the columns that are vectors.",
                stage.place,
                Counted.of(width, "number"),
                expected));
      }
      int block = step(stage, from, stage.numbers.functions().get(0), false);
      columns.put(output, new Column(output, List.of(new Segment(block, 0, width)), false));
    }

    /** Columns side by side share a step where their function is one and elementwise. */
    private void map(Planned stage) {
      StageColumns names = stage.numbers.columns();
      List<StageFunction> functions = stage.numbers.functions();
      int feature = 0;
      int end;
      for (int start = 0; start < names.inputs().size(); start = end) {
        StageFunction function = functions.get(functions.size() == 1 ? 0 : start);
        end = start + 1;
        while (end < names.inputs().size()
            && function.elementwise()
            && (functions.size() == 1 || functions.get(end).equals(function))) {
          end++;
        }
        List<Column> from = names.inputs().subList(start, end).stream().map(columns::get).toList();
        int width = RowPlan.width(from);
        checkWidths(stage, from);
        int block = step(stage, from, function.slice(feature, width), true);
        put(names.outputs().subList(start, end), from, block);
        feature += width;
      }
      if (!stage.numbers.indicators().isEmpty()) {
        List<Column> from = names.inputs().stream().map(columns::get).toList();
        int block = step(stage, from, stage.numbers.flags(), true);
        put(stage.numbers.indicators(), from, block);
      }
    }

    /** Columns as wide as these, side by side in a block. */
    private void put(List<String> names, List<Column> from, int block) {
      int at = 0;
      for (int i = 0; i < names.size(); i++) {
        Column input = from.get(i);
        Segment segment = new Segment(block, at, input.width());
        columns.put(names.get(i), new Column(names.get(i), List.of(segment), input.single()));
        at += input.width();
      }
    }

    private void checkWidths(Planned stage, List<Column> from) {
      for (Column column : from) {
        int fitted = widths.of(column.name());
        if (fitted != 0 && fitted != column.width()) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s was fitted on %s in column '%s', but it holds %d.",
                  stage.place,
                  Counted.of(fitted, "number"),
                  column.name(),
                  column.width()));
        }
      }
    }

    private int step(Planned stage, List<Column> from, StageFunction function, boolean rounds) {
      List<String> names = new ArrayList<>();
      List<Boolean> single = new ArrayList<>();
      List<Segment> sources = new ArrayList<>();
      for (Column column : from) {
        names.addAll(Collections.nCopies(column.width(), column.name()));
        single.addAll(Collections.nCopies(column.width(), rounds && column.single()));
        column.segments().forEach(segment -> append(sources, segment));
      }
      steps.add(
          new Step(
              stage.place,
              List.copyOf(names),
              List.copyOf(sources),
              function,
              function.equals(stage.numbers.flags()) ? InvalidRows.KEEP : stage.numbers.invalid(),
              List.copyOf(single)));
      return steps.size();
    }

    private void append(List<Segment> segments, Segment next) {
      int last = segments.size() - 1;
      Segment before = last < 0 ? null : segments.get(last);
      if (before != null
          && before.block() == next.block()
          && before.from() + before.length() == next.from()) {
        segments.set(
            last, new Segment(before.block(), before.from(), before.length() + next.length()));
      } else {
        segments.add(next);
      }
    }
  }
}
