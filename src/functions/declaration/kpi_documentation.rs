//! Documentation of a KPI and of its detail, generated from its [`KpiSpec`].

use datafusion::logical_expr::{DocSection, Documentation};

use super::kpi_spec::KpiSpec;
use super::signature;

/// Documentation of the function called `name`.
pub(crate) fn documentation(spec: &'static KpiSpec, name: &str, detail: bool) -> Documentation {
    let section = DocSection {
        include: true,
        label: spec.family.0,
        description: None,
    };
    let syntax: Vec<_> = spec
        .forms
        .iter()
        .map(|form| signature::syntax(name, &form.parameters(detail)))
        .collect();
    let (description, example) = if detail {
        let base = spec
            .example
            .rsplit_once("\n--")
            .map_or(spec.example, |(sql, _)| sql);
        (
            spec.shape.description(spec.name),
            base.replacen(&format!("{}(", spec.name), &format!("{name}("), 1),
        )
    } else {
        (spec.description.to_owned(), spec.example.to_owned())
    };
    let mut builder = Documentation::builder(section, description, syntax.join("\n"))
        .with_sql_example(format!("```sql\n{example}\n```"));
    let mut named = vec![];
    for parameter in spec.forms.iter().flat_map(|form| form.parameters(detail)) {
        if !named.contains(&parameter.name) {
            named.push(parameter.name);
            builder = builder.with_argument(parameter.name, parameter.meaning);
        }
    }
    let related = if detail {
        spec.name.to_owned()
    } else {
        format!("{}_detail", spec.name)
    };
    builder.with_related_udf(related).build()
}
