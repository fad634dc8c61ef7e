//! `ec2sim diagram`.

use crate::{explain::Diagram, lifecycle::Chart, scenario::Reading};

use super::{
    Exit, RunContext,
    args::{DiagramFormat, DiagramOptions, Global},
    files, output,
    test::complain,
};

/// Draws a lifecycle.
pub(super) fn diagram(options: &DiagramOptions, global: &Global, context: &RunContext) -> Exit {
    let charts = Chart::all();
    let chart = match &options.of {
        None => charts.iter().find(|chart| chart.noun == "instance"),
        Some(noun) => charts.iter().find(|chart| chart.noun == noun),
    };
    let Some(chart) = chart else {
        // clap takes no other words.
        return Exit::Unusable;
    };
    let of_instances = chart.noun == "instance";
    let mut diagram = if of_instances && !options.detail {
        Diagram::lesson()
    } else {
        Diagram::of(chart)
    };
    if let Some(path) = &options.file {
        let mut configs = options.config.configs();
        let scenario = match files::read_named(path, &Reading::default(), &mut configs) {
            Ok(scenario) => scenario,
            Err(mistakes) => {
                for one in &mistakes {
                    let _ = files::complain(one, global, context);
                }
                return Exit::Unusable;
            }
        };
        diagram = match diagram.with_path(&scenario, options.name.as_deref()) {
            Ok(diagram) => diagram,
            Err(error) => {
                complain(&error.to_string());
                return Exit::Unusable;
            }
        };
    }
    let text = match options.format {
        DiagramFormat::Mermaid => diagram.mermaid(),
        DiagramFormat::Dot => diagram.dot(),
        DiagramFormat::Svg => diagram.svg(),
    };
    output::print(text.as_bytes())
}
