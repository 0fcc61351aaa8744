verify-please-wait = โปรดรอสักครู่
verify-too-many-files = มีไฟล์พร้อมกันมากเกินไป โปรดลองอีกครั้งในอีก 1 นาที
verify-not-a-report = ไม่ใช่รายงาน
verify-file-too-large = ไฟล์ใหญ่กว่า 2 MiB รายงานไม่มีทางใหญ่ขนาดนั้น
verify-upload-failed = ไม่ได้รับไฟล์
verify-upload-timeout = การอัปโหลดใช้เวลานานกว่า 20 วินาที โปรดลองอีกครั้ง
verify-unavailable = ตรวจสอบไม่ได้ในขณะนี้
verify-database-unavailable = ฐานข้อมูลไม่พร้อมใช้งาน จึงยังไม่ได้ตรวจสอบไฟล์ของคุณ
verify-another = ตรวจสอบรายงานอื่น
verify-compare-totals = เทียบยอดรวมเหล่านี้กับรายงานที่คุณมีอยู่:
verify-genuine = ของแท้
verify-superseded = ถูกแทนที่แล้ว
verify-altered = ถูกดัดแปลง
verify-not-issued-here = ไม่ได้ออกจากที่นี่
verify-other-key = ไฟล์นี้เป็นรายงาน แต่ไม่ได้ลงลายมือชื่อด้วยกุญแจของเซิร์ฟเวอร์นี้
verify-issued-here = ออกจากที่นี่
verify-unknown = ไม่พบ
verify-no-such-fingerprint = ไม่มีรายงานที่มีรหัสเทียบนี้ได้รับการรับรองที่นี่
verify-not-a-fingerprint = ไม่ใช่รหัสเทียบรายงาน
verify-fingerprint-format = รหัสเทียบรายงานเป็นเลขฐานสิบหก 16 หลัก เช่น 8F3A-91C2-D04B-77E1
verify-title = ตรวจสอบรายงาน
verify-intro = รายงานที่รับรองแล้วมีลายมือชื่อดิจิทัล ตรวจสอบที่นี่ว่ารายงานเป็นของแท้และไม่ถูกเปลี่ยนแปลง
verify-file = ไฟล์รายงาน (JSON หรือหน้าเว็บออฟไลน์ ไม่เกิน 2 MiB)
verify-submit-file = ตรวจสอบไฟล์
verify-fingerprint = หรือกรอกรหัสเทียบที่อยู่บนรายงาน (ยืนยันว่ามีอยู่จริงและรับรองเมื่อใด แต่ไม่ได้ยืนยันตัวเลข)
verify-look-up = ค้นหา
verify-public-keys = กุญแจสาธารณะ
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: รับรองเมื่อ { $time } โดย { $issuer } ไม่เปลี่ยนแปลงนับแต่นั้น
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint } ออกจากที่นี่และไม่ถูกเปลี่ยนแปลง แต่ถูกแทนที่ด้วยฉบับแก้ไขที่ { $revision } ซึ่งรับรองเมื่อ { $time }
# $what (Text)
verify-altered-sentence = ถูกดัดแปลง: { $what }
# $why (Text)
verify-not-a-report-sentence = ไม่ใช่รายงาน: { $why }
# $time (Text)
verify-fingerprint-known = รายงานที่มีรหัสเทียบนี้ได้รับการรับรองที่นี่เมื่อ { $time } หากต้องการเทียบตัวเลข โปรดส่งไฟล์
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = รายงานที่มีรหัสเทียบนี้ได้รับการรับรองที่นี่เมื่อ { $time } และถูกแก้ไขด้วยฉบับแก้ไขที่ { $revision } ซึ่งรับรองเมื่อ { $replaced }
# $field (Text)
verify-altered-field = { $field } ไม่ตรงกับที่รับรองไว้
verify-altered-figures = ตัวเลขไม่ตรงกับลายมือชื่อ
verify-altered-page = เนื้อหาของหน้าไม่ตรงกับลายมือชื่อ
verify-altered-page-unsigned = เนื้อหาของหน้ารอบตัวเลขไม่มีลายมือชื่อ
verify-altered-several = หน้านี้มีมากกว่าหนึ่งรายงาน
# $field (Text)
verify-altered-added = { $field } ถูกเพิ่มเข้ามาและไม่ได้อยู่ในสิ่งที่รับรองไว้
verify-file-over-limit = ไฟล์ใหญ่กว่า 2 MiB
verify-not-text = ไฟล์ไม่ใช่ข้อความ
verify-page-without-report = หน้านี้ไม่มีรายงาน
verify-other-json = เป็น JSON แต่ไม่ใช่รายงานของ Aftershow
# $field (Text)
verify-without-proof = ไม่มี { $field }: เป็นข้อมูลรายงานที่ไม่มีหลักฐานกำกับ
verify-other-version = ลงลายมือชื่อที่นี่ แต่ด้วย Aftershow เวอร์ชันที่เวอร์ชันนี้อ่านไม่ได้
# $detail (Text)
verify-not-json = ไม่ใช่ JSON: { $detail }
verify-bad-number = มีตัวเลขที่ไม่ใช่จำนวนเต็มหรือเกิน 2^53 − 1
# $key (Text)
verify-repeated-key = คีย์ { $key } ปรากฏสองครั้งในออบเจ็กต์เดียว
# $key (Text)
verify-bad-key = คีย์ { $key } ไม่ใช่ ASCII
menu-skip-to-content = ข้ามไปยังเนื้อหา
menu-label = เมนูหลัก
menu-verify = ตรวจสอบ
