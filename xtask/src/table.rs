//! Tables in plain text.

/// Aligns the columns to the left, with a rule below the head.
pub(crate) fn render<R: AsRef<[String]>>(head: R, rows: impl IntoIterator<Item = R>) -> String {
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let mut widths = vec![0; rows[0].as_ref().len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row.as_ref()) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for (at, row) in rows.iter().enumerate() {
        table.push_str(&line(row.as_ref(), &widths));
        if at == 0 {
            let rules: Vec<_> = widths.iter().map(|&width| "-".repeat(width)).collect();
            table.push_str(&line(&rules, &widths));
        }
    }
    table
}

fn line(cells: &[String], widths: &[usize]) -> String {
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
