//! The address of a repository without what may be secret in it.
//!
//! Not a parser of addresses: a password may hold any character, so where an address can be read in two ways its host is
//! not told either. Invariants: nothing of user names, passwords and queries is written, and nothing of a path beside a
//! user; a path of this machine stays as it is.

/// The prefixes by which the tools name a store, where no `://` follows.
const STORES: &[&str] = &["azure", "b2", "gs", "rclone", "rest", "s3", "sftp", "ssh", "swift"];

/// What stands for an address, or a host, that is not told.
const HIDDEN: &str = "***";

/// The address by its scheme and host, and by its path where it names no user: `rest:https://host:8000`.
pub(super) fn without_secret(address: &str) -> String {
    if let Some((scheme, rest)) = address.split_once("://") {
        return match scheme.contains('@') {
            true => HIDDEN.to_owned(),
            false if scheme == "file" && rest.starts_with('/') => address.to_owned(),
            false => format!("{scheme}://{}", of_url(rest)),
        };
    }
    let store = address.split_once(':').filter(|(store, _)| STORES.contains(store));
    match store {
        Some(("rclone", rest)) if rest.starts_with(':') || rest.contains([',', '=']) => format!("rclone:{HIDDEN}"),
        Some((store, rest)) if rest.contains('@') => format!("{store}:{}", of_remote(rest)),
        Some((store, rest)) => format!("{store}:{}", before_query(rest)),
        None if is_local(address) => address.to_owned(),
        None if address.contains('@') => of_remote(address),
        None => before_query(address).to_owned(),
    }
}

/// What follows `://`.
fn of_url(rest: &str) -> String {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if !rest.contains('@') {
        return before_query(rest).to_owned();
    }
    match authority.rsplit_once('@') {
        Some((_, host)) if !path.contains('@') => told(host),
        // A `/` in a password, or an `@` in a path or query: only the first can be told from the second here.
        None if rest.matches('@').count() == 1 && !rest.contains(['?', '#']) && authority.contains(':') => {
            let host = rest.rsplit_once('@').map_or("", |(_, after)| after);
            told(host.split('/').next().unwrap_or_default())
        }
        _ => HIDDEN.to_owned(),
    }
}

/// `user@host:path`, as scp writes it.
fn of_remote(rest: &str) -> String {
    match rest.split_once('@') {
        Some((_, after)) if !after.contains('@') => {
            after.split_once(':').map_or(HIDDEN.to_owned(), |(host, _)| told(host))
        }
        _ => HIDDEN.to_owned(),
    }
}

/// A host, if it looks like one.
fn told(host: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']' | '_');
    if !host.is_empty() && host.chars().all(plain) { host.to_owned() } else { HIDDEN.to_owned() }
}

fn before_query(rest: &str) -> &str {
    rest.split(['?', '#']).next().unwrap_or_default()
}

/// A path of this machine: of the root, of this folder, of a home or of a drive; or no address at all.
fn is_local(address: &str) -> bool {
    let drive = |(before, _): (&str, &str)| before.len() == 1;
    address.starts_with(['/', '.', '~', '\\']) || address.split_once(':').is_none_or(drive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_told() {
        for (address, told) in [
            ("rest:https://ann:s3cret@host:8000/db/", "rest:https://host:8000"),
            ("rest:https://ann:pa/s3cret@host:8000/db", "rest:https://host:8000"),
            ("rest:https://ann:pa?s3cret@host:8000/db", "rest:https://***"),
            ("https://ann:p@s3cret:w@host", "https://host"),
            ("https://ann:p@s3/cret@host", "https://***"),
            ("https://s3cret@host/", "https://host"),
            ("https://host/db?token=s3cret", "https://host/db"),
            ("https://host/db?token=a@s3cret", "https://***"),
            ("https://ann@host/db?token=a@s3cret", "https://***"),
            ("s3:https://s3.example.org/bucket/a", "s3:https://s3.example.org/bucket/a"),
            ("s3:host/bucket?key=s3cret", "s3:host/bucket"),
            ("sftp:ann:s3cret@host:/x", "sftp:host"),
            ("sftp:ann:s3@cret@host:/x", "sftp:***"),
            ("sftp://ann@host/srv", "sftp://host"),
            ("ann:s3cret@host:/x", "host"),
            ("ann@host:/x", "host"),
            ("rclone::sftp,host=h,pass=s3cret:x", "rclone:***"),
            ("rclone:remote:x", "rclone:remote:x"),
        ] {
            assert_eq!(without_secret(address), told, "{address}");
        }
    }

    #[test]
    fn a_path_of_this_machine_stays() {
        for path in
            ["/srv/backup", "/srv/a:b@c", "./a@b", "~/backup", "C:\\backup@old", "backup@old", "file:///srv/a@b"]
        {
            assert_eq!(without_secret(path), path);
        }
    }
}
