//! Aggregates under the names and in the forms of other engines.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, DuplicateTreatment, Expr, Function, FunctionArgumentClause,
    FunctionArguments, Value,
};

use super::{arguments, binary, double, function, list, number, set_arguments, set_name, text};

/// The expression that `call` is rewritten to; `None` if it stays a call, perhaps under another
/// name.
pub(super) fn equivalent(name: &str, call: &mut Function) -> Option<Expr> {
    match name {
        "group_concat" | "listagg" => texts(call),
        "percentile_disc" => discrete(call),
        "percentile_cont" if call.over.is_some() => continuous(call),
        "mode" => most_frequent(call),
        "count" => of_rows(call),
        "logical_or" => set_name(call, "bool_or"),
        "logical_and" => set_name(call, "bool_and"),
        "fsum" | "kahan_sum" | "sumkahan" => of_doubles(call, "sum"),
        "favg" => of_doubles(call, "avg"),
        "approx_quantile" => set_name(call, "approx_percentile_cont"),
        "approx_count_distinct" => set_name(call, "approx_distinct"),
        _ => {}
    }
    several(call)
}

/// `string_agg`, with a comma as the default separator.
fn texts(call: &mut Function) {
    let within = std::mem::take(&mut call.within_group);
    let FunctionArguments::List(list) = &mut call.args else {
        return;
    };
    let mut separator = None;
    list.clauses.retain(|clause| match clause {
        FunctionArgumentClause::Separator(value) => {
            separator = Some(value.value.clone());
            false
        }
        _ => true,
    });
    if !within.is_empty() {
        list.clauses.push(FunctionArgumentClause::OrderBy(within));
    }
    let Some(mut given) = arguments(list) else {
        return;
    };
    if given.len() == 1 {
        given.push(separator.map_or_else(|| text(","), Expr::value));
    }
    set_arguments(call, given);
    set_name(call, "string_agg");
}

/// `percentile_disc(q) WITHIN GROUP (ORDER BY x)` as `quantile_disc(x, q)`.
fn discrete(call: &mut Function) {
    let (Some(given), [key]) = (list(call).and_then(arguments), call.within_group.as_slice())
    else {
        return;
    };
    let [share] = given.as_slice() else {
        return;
    };
    let mut all = vec![key.expr.clone(), share.clone()];
    if key.options.asc == Some(false) {
        all.push(Expr::value(Value::Boolean(true)));
    }
    call.within_group = vec![];
    set_arguments(call, all);
    set_name(call, "quantile_disc");
}

/// `percentile_cont(q) WITHIN GROUP (ORDER BY x) OVER (..)` as `quantile_cont(x, q) OVER (..)`.
fn continuous(call: &mut Function) {
    let (Some(given), [key]) = (list(call).and_then(arguments), call.within_group.as_slice())
    else {
        return;
    };
    let [share] = given.as_slice() else {
        return;
    };
    let share = match key.options.asc {
        Some(false) => binary(&number("1"), BinaryOperator::Minus, share),
        _ => share.clone(),
    };
    let all = vec![key.expr.clone(), share];
    call.within_group = vec![];
    set_arguments(call, all);
    set_name(call, "quantile_cont");
}

/// `mode() WITHIN GROUP (ORDER BY x)` as `mode(x)`.
fn most_frequent(call: &mut Function) {
    if let [key] = call.within_group.as_slice()
        && list(call).is_some_and(|list| list.args.is_empty())
    {
        let value = key.expr.clone();
        call.within_group = vec![];
        set_arguments(call, vec![value]);
    }
}

/// `count(DISTINCT a, b)` counts the combinations in which none is NULL.
fn of_rows(call: &mut Function) {
    let is_distinct = list(call)
        .is_some_and(|list| matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct)));
    let Some(given) = list(call)
        .and_then(arguments)
        .filter(|given| is_distinct && given.len() > 1)
    else {
        return;
    };
    let filled = given
        .iter()
        .map(|value| Expr::IsNotNull(Box::new(value.clone())));
    let Some(are_filled) = filled.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    }) else {
        return;
    };
    let mut fields = Vec::with_capacity(2 * given.len());
    for (i, value) in given.into_iter().enumerate() {
        fields.extend([text(&(i + 1).to_string()), value]);
    }
    let combination = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition: are_filled,
            result: function("named_struct", fields),
        }],
        else_result: None,
    };
    set_arguments(call, vec![combination]);
}

fn of_doubles(call: &mut Function, name: &str) {
    if let Some(given) = list(call).and_then(arguments)
        && let [value] = given.as_slice()
    {
        set_arguments(call, vec![double(value)]);
        set_name(call, name);
    }
}

/// Several quantiles at once: a list with one call each.
fn several(call: &mut Function) -> Option<Expr> {
    const QUANTILES: [&str; 5] = [
        "quantile",
        "quantile_cont",
        "quantile_disc",
        "percentile_cont",
        "approx_percentile_cont",
    ];
    let name = super::name(call)?;
    if !QUANTILES.contains(&name.as_str()) {
        return None;
    }
    let given = list(call).and_then(arguments)?;
    let place = given
        .iter()
        .position(|argument| matches!(argument, Expr::Array(_)))?;
    let Expr::Array(shares) = &given[place] else {
        return None;
    };
    let one = |share: &Expr| {
        let mut single = call.clone();
        let mut given = given.clone();
        given[place] = share.clone();
        set_arguments(&mut single, given);
        Expr::Function(single)
    };
    Some(function(
        "make_array",
        shares.elem.iter().map(one).collect(),
    ))
}
