//! `DescribeInstanceCreditSpecifications` and `ModifyInstanceCreditSpecification`.

use smallvec::smallvec;

use crate::{
    action::{Change, ModifyInstanceAttribute, Ref},
    catalog::CreditMode,
    record::InstanceHandle,
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call,
    instances::{named, seen},
};

struct CreditItem<'a> {
    place: &'a Place,
    instance: InstanceHandle,
    mode: CreditMode,
}

impl Tell for CreditItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        out.value("instanceId", self.place.world().id_of(self.instance.into()));
        out.text("cpuCredits", self.mode.name());
    }
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = call.fields.list("InstanceId");
    let list = call.list(!ids.is_empty())?;
    let mut named = named(call, &ids)?;
    named.sort_unstable();
    named.dedup();
    let mode = |place: &Place, instance| place.world().instance(instance).credits();
    if named
        .iter()
        .any(|&instance| mode(call.place, instance).is_none())
    {
        return Err(not_supported());
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let items = seen(place, &named).filter_map(|(number, instance)| {
        let mode = mode(place, instance)?;
        Some((
            number,
            CreditItem {
                place,
                instance,
                mode,
            },
        ))
    });
    list.tell(call.xml, "instanceCreditSpecificationSet", items);
    Ok(())
}

fn not_supported() -> Fault {
    Fault::new(
        "InstanceCreditSpecification.NotSupported",
        "Only burstable performance instances have a credit specification.",
    )
}

/// Each for itself: one that can't be changed is told among the unsuccessful ones.
pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let items = call.fields.items("InstanceCreditSpecification");
    if items.is_empty() {
        return Err(Fault::missing("instanceCreditSpecification"));
    }
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for item in &items {
        let fields = item.fields();
        let text = fields.required("InstanceId")?;
        let mode = match fields.required("CpuCredits")? {
            "standard" => CreditMode::Standard,
            "unlimited" => CreditMode::Unlimited,
            other => {
                return Err(Fault::value(format!(
                    "Invalid value '{other}' for cpuCredits."
                )));
            }
        };
        let change = named(call, &[text]).and_then(|found| {
            let Some(&instance) = found.first() else {
                return Err(not_supported());
            };
            if call.place.world().instance(instance).credits().is_none() {
                return Err(not_supported());
            }
            call.ask(ModifyInstanceAttribute {
                instances: smallvec![Ref::Handle(instance)],
                change: Change::Credits(mode),
            })
        });
        match change {
            Ok(_) => done.push(text),
            Err(fault) if fault.code == "DryRunOperation" => return Err(fault),
            Err(fault) => failed.push((text, fault)),
        }
    }
    call.xml.list(
        "successfulInstanceCreditSpecificationSet",
        done,
        |xml, text| {
            xml.text("instanceId", text);
        },
    );
    call.xml.list(
        "unsuccessfulInstanceCreditSpecificationSet",
        failed,
        |xml, (text, fault)| {
            xml.text("instanceId", text);
            xml.within("error", |xml| {
                xml.text("code", &fault.code);
                xml.text("message", &fault.message);
            });
        },
    );
    Ok(())
}
