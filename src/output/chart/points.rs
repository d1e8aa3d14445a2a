//! Points of a chart, read from the chosen columns.

use arrow::datatypes::DataType;
use indexmap::IndexMap;

use super::axis::{self, ChartAxis};
use super::choice::ResolvedChart;
use super::column_values::{numbers, texts};
use super::columns::ChartColumn;
use super::paint::{ClampedCanvas, MOST_LETTERS, MOST_SERIES};
use super::{ChartType, limits, refused};
use crate::encoding::one_line;
use crate::error::Result;

/// One line, or the bars of one colour.
#[derive(Debug, Clone)]
pub(super) struct ChartSeries {
    pub(super) name: String,
    /// In the order of x for lines and sparklines, of the rows for bars. `None` is a gap.
    pub(super) points: Vec<(f64, Option<f64>)>,
    /// Places with the least and the greatest value there.
    pub(super) interval: Vec<(f64, [f64; 2])>,
    /// Points that stand out.
    pub(super) marks: Vec<(f64, f64)>,
}

impl ChartSeries {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            points: Vec::new(),
            interval: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Adds up the values of each place.
    fn add_up(&mut self) {
        let mut sums: IndexMap<u64, (f64, Option<f64>)> = IndexMap::new();
        for (place, value) in self.points.drain(..) {
            let (_, sum) = sums.entry(place.to_bits()).or_insert((place, None));
            *sum = match (*sum, value) {
                (Some(sum), Some(value)) => Some(sum + value),
                (sum, value) => sum.or(value),
            };
        }
        self.points = sums.into_values().collect();
    }
}

/// Content of a chart, independent of its type.
#[derive(Debug)]
pub(super) struct ChartPlot {
    pub(super) title: String,
    pub(super) x: ChartAxis,
    /// Unit of durations.
    pub(super) unit: Option<&'static str>,
    pub(super) series: Vec<ChartSeries>,
    /// Columns with the ends of the interval; empty without one.
    pub(super) interval_names: Vec<String>,
    /// Column that says which points stand out.
    pub(super) mark_name: String,
    /// Notes about omitted content.
    pub(super) notes: Vec<String>,
}

impl ChartPlot {
    pub(super) fn read(choice: &ResolvedChart, room: ClampedCanvas) -> Result<Self> {
        let (axis, places) = axis::read(choice)?;
        let scale = ChartValueScale::for_columns(&choice.y)?;
        let names = series_names(choice)?;
        let mut series: IndexMap<String, ChartSeries> = IndexMap::new();
        let marked = choice.mark.as_ref().map(limits::marked);
        let interval = interval(choice)?;
        for column in &choice.y {
            let values = numbers(&column.values)?;
            for (row, value) in values.into_iter().enumerate() {
                let Some(x) = places[row] else { continue };
                let name = series_name(choice, column, names.as_deref().map(|n| n[row].as_str()));
                let value = value.filter(|v| v.is_finite()).map(|v| v / scale.divisor);
                let entry = series.entry(name);
                let entry = entry.or_insert_with_key(|name| ChartSeries::named(name));
                entry.points.push((x, value));
                let is_marked = marked.as_ref().is_some_and(|marked| marked[row]);
                entry
                    .marks
                    .extend(value.filter(|_| is_marked).map(|value| (x, value)));
                if let Some(ends) = interval[row] {
                    entry
                        .interval
                        .push((x, ends.map(|end| end / scale.divisor)));
                }
            }
        }
        let mut plot = Self {
            title: title(choice, scale.unit),
            x: axis,
            unit: scale.unit,
            series: series.into_values().collect(),
            interval_names: choice
                .interval
                .iter()
                .flatten()
                .map(|column| one_line(column.name()))
                .collect(),
            mark_name: choice
                .mark
                .as_ref()
                .map(|mark| one_line(mark.name()))
                .unwrap_or_default(),
            notes: choice.notes.clone(),
        };
        if choice.adds {
            plot.series.iter_mut().for_each(ChartSeries::add_up);
        }
        plot.tidy(choice, &places, room)?;
        Ok(plot)
    }

    /// Sorts the points, drops surplus series, and notes these and the rows without x.
    fn tidy(
        &mut self,
        choice: &ResolvedChart,
        places: &[Option<f64>],
        room: ClampedCanvas,
    ) -> Result<()> {
        let mut values = self.series.iter().flat_map(|series| &series.points);
        if !values.any(|(_, value)| value.is_some()) {
            let names: Vec<&str> = choice.y.iter().map(ChartColumn::name).collect();
            return Err(refused(format!(
                "nothing to draw: {} has no value in any row",
                names.join(", ")
            )));
        }
        let homeless = places.iter().filter(|place| place.is_none()).count();
        if homeless > 0 {
            let name = choice.x.as_ref().map_or("x", ChartColumn::name);
            self.notes.push(format!(
                "{homeless} of {} rows without {name} left out",
                choice.rows
            ));
        }
        if !matches!(choice.kind, ChartType::Bar | ChartType::Waterfall) {
            for series in &mut self.series {
                series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
                series.interval.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
        }
        let most = match choice.kind {
            ChartType::Line if room.all => MOST_LETTERS,
            ChartType::Line => MOST_SERIES,
            ChartType::Bar | ChartType::Sparkline | ChartType::Heatmap | ChartType::Waterfall => {
                usize::MAX
            }
        };
        if self.series.len() > most {
            let note = room.cut_note(most, self.series.len(), "series");
            self.notes.push(note);
            self.series.truncate(most);
        }
        Ok(())
    }

    /// All values of all series, without their intervals.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> + Clone + '_ {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.filter_map(|(_, value)| *value)
    }
}

/// The ends of the interval of each row that has both.
fn interval(choice: &ResolvedChart) -> Result<Vec<Option<[f64; 2]>>> {
    let Some([low, high]) = &choice.interval else {
        return Ok(vec![None; choice.rows]);
    };
    let ends = numbers(&low.values)?
        .into_iter()
        .zip(numbers(&high.values)?);
    let both = ends.map(|(low, high)| Some([low?, high?]));
    Ok(both
        .map(|ends| ends.filter(|ends| ends.iter().all(|end| end.is_finite())))
        .collect())
}

/// Name of the series of each row; `None` if rows are not told apart.
fn series_names(choice: &ResolvedChart) -> Result<Option<Vec<String>>> {
    let mut names: Option<Vec<String>> = None;
    for column in &choice.series {
        let own = texts(&column.values)?;
        names = Some(match names {
            None => own,
            Some(names) => {
                let pairs = names.into_iter().zip(own);
                pairs.map(|(name, own)| format!("{name} {own}")).collect()
            }
        });
    }
    Ok(names)
}

fn series_name(choice: &ResolvedChart, column: &ChartColumn, name: Option<&str>) -> String {
    match name {
        Some(name) if choice.y.len() > 1 => format!("{name} {}", column.name()),
        Some(name) => name.to_owned(),
        None => one_line(column.name()),
    }
}

/// Default title, such as "fcr by channel", with the unit if it is known.
fn title(choice: &ResolvedChart, unit: Option<&str>) -> String {
    if let Some(title) = &choice.title {
        return one_line(title);
    }
    let names: Vec<&str> = choice.y.iter().map(ChartColumn::name).collect();
    let mut title = one_line(&names.join(", "));
    if let Some(unit) = unit {
        title.push_str(&format!(" ({unit})"));
    }
    let by = choice.x.iter().chain(&choice.series);
    let by: Vec<String> = by.map(|column| one_line(column.name())).collect();
    if !by.is_empty() {
        title.push_str(&format!(" by {}", by.join(" and ")));
    }
    title
}

/// Divisor and unit of y.
#[derive(Debug, Clone, Copy)]
struct ChartValueScale {
    divisor: f64,
    unit: Option<&'static str>,
}

impl ChartValueScale {
    /// Durations are drawn in the largest unit of which the longest duration has at least two.
    fn for_columns(columns: &[ChartColumn]) -> Result<Self> {
        const UNITS: [(f64, &str); 4] =
            [(86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s")];
        let durations = columns
            .iter()
            .filter(|column| matches!(column.field.data_type(), DataType::Duration(_)));
        let mut longest = None;
        for column in durations {
            let own = numbers(&column.values)?.into_iter().flatten();
            longest = Some(own.fold(longest.unwrap_or(0.0), |max: f64, v| max.max(v.abs())));
        }
        let plain = Self {
            divisor: 1.0,
            unit: None,
        };
        let Some(longest) = longest else {
            return Ok(plain);
        };
        let fitting = UNITS.iter().find(|(size, _)| longest >= 2.0 * size);
        let &(divisor, unit) = fitting.unwrap_or(&UNITS[3]);
        Ok(Self {
            divisor,
            unit: Some(unit),
        })
    }
}
