//! Key pairs: names with fingerprints. No key works anywhere, and none is kept.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    furniture::KeyPair,
    id::{IdKind, Seeded},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, request::from_base64, xml::Out},
    Call,
    instance::{tell_tag_set, time},
};

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let kind = call.fields.get("KeyType").unwrap_or("rsa");
    if call.fields.get("KeyFormat") == Some("ppk") {
        return Err(Fault::unsimulated("KeyFormat ppk", "CreateKeyPair"));
    }
    let key = add(call, kind, None)?;
    // Something that has the form of a key, and opens nothing.
    let seed = call.place.root.named(&key.id.to_string());
    let lines: Vec<String> = (0..6)
        .map(|n| BASE64_STANDARD.encode(bytes(seed.number(n))))
        .collect();
    let material = format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
        lines.join("\n")
    );
    tell_made(call, &key, Some(&material));
    Ok(())
}

pub(super) fn import(call: &mut Call<'_>) -> Result<(), Fault> {
    let material = call.fields.required("PublicKeyMaterial")?;
    let decoded = from_base64(material).and_then(|data| String::from_utf8(data).ok());
    let text = decoded.as_deref().unwrap_or(material);
    let kind = match text.split_whitespace().next() {
        Some("ssh-rsa") => "rsa",
        Some("ssh-ed25519") => "ed25519",
        _ if text.starts_with("-----BEGIN") => "rsa",
        _ => {
            return Err(Fault::new(
                "InvalidKey.Format",
                "Key is not in valid OpenSSH public key format",
            ));
        }
    };
    let key = add(call, kind, Some(text))?;
    tell_made(call, &key, None);
    Ok(())
}

fn bytes(key: Seeded) -> [u8; 48] {
    let mut all = [0; 48];
    for (n, part) in (0..).zip(all.chunks_exact_mut(8)) {
        part.copy_from_slice(&key.number(n).bits().to_be_bytes());
    }
    all
}

/// A new key pair, whose name nobody has.
fn add(call: &mut Call<'_>, kind: &str, material: Option<&str>) -> Result<KeyPair, Fault> {
    let name = call.fields.required("KeyName")?;
    if call.place.furniture.keys.iter().any(|key| key.name == name) {
        return Err(Fault::new(
            "InvalidKeyPair.Duplicate",
            format!("The keypair '{name}' already exists."),
        ));
    }
    let tags = super::tags::specified(call, "key-pair")?;
    call.end_dry_run()?;
    let id = call.place.furniture.next_id(IdKind::KeyPair);
    let seed = call
        .place
        .root
        .purpose("fingerprint")
        .named(material.unwrap_or(name));
    let length = if material.is_some() { 16 } else { 20 };
    let digits: Vec<String> = bytes(seed)
        .iter()
        .take(length)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let key = KeyPair {
        id,
        name: name.to_owned(),
        fingerprint: digits.join(":"),
        kind: kind.to_owned(),
        created: call.now(),
    };
    call.place.furniture.keys.push(key.clone());
    super::tags::give_id(call, id, &tags);
    call.place.comment(format!(
        "the key pair '{name}' was made: scenarios have none"
    ));
    Ok(key)
}

fn tell_made(call: &mut Call<'_>, key: &KeyPair, material: Option<&str>) {
    call.xml.text("keyName", &key.name);
    call.xml.text("keyFingerprint", &key.fingerprint);
    if let Some(material) = material {
        call.xml.text("keyMaterial", material);
    }
    call.xml.value("keyPairId", key.id);
    let tags = call.place.furniture.tags.of(key.id);
    if !tags.is_empty() {
        tell_tag_set(call.xml, tags);
    }
}

struct KeyItem<'a>(&'a Place, &'a KeyPair);

impl Tell for KeyItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, key) = self;
        out.value("keyPairId", key.id);
        out.text("keyType", &key.kind);
        tell_tag_set(out, place.furniture.tags.of(key.id));
        out.text("createTime", &time(key.created));
        out.text("keyName", &key.name);
        out.text("keyFingerprint", &key.fingerprint);
    }
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let names = call.fields.list("KeyName");
    let ids = call.fields.list("KeyPairId");
    let keys = &call.place.furniture.keys;
    for name in &names {
        if !keys.iter().any(|key| key.name == *name) {
            return Err(missing(name));
        }
    }
    for id in &ids {
        if !keys.iter().any(|key| key.id.to_string() == *id) {
            return Err(Fault::new(
                "InvalidKeyPair.NotFound",
                format!("The key pair ID '{id}' does not exist"),
            ));
        }
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let wanted = place.furniture.keys.iter().filter(|key| {
        (names.is_empty() && ids.is_empty())
            || names.contains(&&*key.name)
            || ids.contains(&&*key.id.to_string())
    });
    list.tell(
        call.xml,
        "keySet",
        super::numbered(wanted.map(|key| KeyItem(place, key))),
    );
    Ok(())
}

fn missing(name: &str) -> Fault {
    Fault::new(
        "InvalidKeyPair.NotFound",
        format!("The key pair '{name}' does not exist"),
    )
}

/// What isn't there is deleted as well.
pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let (name, id) = (call.fields.get("KeyName"), call.fields.get("KeyPairId"));
    if name.is_none() && id.is_none() {
        return Err(Fault::missing("keyName"));
    }
    call.end_dry_run()?;
    let is_meant = |key: &KeyPair| Some(&*key.name) == name || Some(&*key.id.to_string()) == id;
    let found = call.place.furniture.keys.iter().position(is_meant);
    call.done();
    if let Some(found) = found {
        let key = call.place.furniture.keys.remove(found);
        call.xml.value("keyPairId", key.id);
    }
    Ok(())
}
