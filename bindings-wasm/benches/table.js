// The table that people read.

/** Sets ratios in columns, as `cargo xtask bench` does. */
export function table(ratios) {
  const rows = [["what", "against", "ratio", "target", "met"], ...ratios.map(row)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = [rows[0], widths.map((width) => "-".repeat(width)), ...rows.slice(1)];
  return lines
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function row({ what, against, ratio, bound }) {
  const shown = [what, against, ratio.toFixed(2).padStart(5)];
  if (bound === null) return [...shown, "", ""];
  const [[kind, limit]] = Object.entries(bound);
  const target = kind === "at_most" ? `at most ${limit}` : `aim: below ${limit}`;
  return [...shown, target, ratio <= limit ? "yes" : "no"];
}
