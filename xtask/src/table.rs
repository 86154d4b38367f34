//! Tables in plain text.

/// Aligns the columns to the left, with a rule below the head.
pub(crate) fn render<const N: usize>(
    head: [String; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for (at, row) in rows.iter().enumerate() {
        table.push_str(&line(row, &widths));
        if at == 0 {
            table.push_str(&line(&widths.map(|width| "-".repeat(width)), &widths));
        }
    }
    table
}

fn line<const N: usize>(cells: &[String; N], widths: &[usize; N]) -> String {
    let cells = cells.iter().zip(widths);
    let cells: Vec<_> = cells.map(|(cell, &width)| format!("{cell:<width$}")).collect();
    format!("{}\n", cells.join("  ").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let cells = |row: [&str; 2]| row.map(str::to_owned);
        let rows = [cells(["signing", "yes"]), cells(["x", ""])];
        let table = render(cells(["what", "met"]), rows);
        assert_eq!(table, "what     met\n-------  ---\nsigning  yes\nx\n");
    }
}
