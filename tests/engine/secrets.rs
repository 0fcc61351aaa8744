//! The secret key and every UserSig stay in the client: not in the database, not in a debug print.

use crate::support::{TestEngine, added_manually};
use aftershow::domain::RoomId;
use aftershow::simulator::{DEMO_SECRET_KEY, EndedBy};

#[tokio::test(flavor = "multi_thread")]
async fn neither_key_nor_signature_is_in_the_database_or_in_a_debug_print() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    world.engine.collector.add_rooms(world.app(), vec![RoomId::parse("live_a").unwrap()]).await.unwrap();
    world.set("live_a", 1);
    world.read("live_a", 1).await;
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    world.sealed("live_a").await;
    let mut prints = format!("{:?} {:?}", world.config, world.engine.store);
    for status in world.engine.collector.status() {
        prints.push_str(&format!("{status:?}"));
    }
    world.engine.stop().await;
    // Every UserSig is a zlib stream in Base64, so it begins with one of these.
    let signs = |text: &[u8], sign: &str| text.windows(sign.len()).any(|window| window == sign.as_bytes());
    let mut files = 0;
    for entry in std::fs::read_dir(world.dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        for sign in [DEMO_SECRET_KEY, "usersig=", "TLS.sig"] {
            assert!(!signs(&bytes, sign), "{sign} is in a file beside the database");
        }
    }
    assert!(files > 0);
    for sign in [DEMO_SECRET_KEY, "usersig="] {
        assert!(!prints.contains(sign));
    }
}
