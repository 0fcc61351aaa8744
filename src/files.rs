//! Files that only their owner may read: databases, backups, exports, keys.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Read and write for the owner, nothing for anybody else.
pub const MODE: u32 = 0o600;

/// Creates a file; fails where there is one.
pub fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)
}

/// Writes a whole file, over one that is there; that one keeps its mode.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(path)?.write_all(content)
}

/// The mode of a file that others than its owner may read or write; `None` where nobody else may, or there is no file.
pub fn mode_for_others(path: &Path) -> Option<u32> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_are_created_for_their_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        assert_eq!(mode_for_others(&path), None);
        create(&path).unwrap();
        assert!(create(&path).is_err());
        write(&path, b"first").unwrap();
        write(&path, b"2nd").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"2nd");
        assert_eq!(mode_for_others(&path), None);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(mode_for_others(&path), Some(0o640));
    }
}
