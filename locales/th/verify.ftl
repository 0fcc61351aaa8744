verify-please-wait = โปรดรอสักครู่
verify-too-many-files = มีไฟล์เข้ามาพร้อมกันมากเกินไป โปรดลองอีกครั้งในอีก 1 นาที
verify-not-a-report = ไม่ใช่รายงาน
verify-file-too-large = ไฟล์ใหญ่กว่า 2 MiB ซึ่งรายงานไม่มีทางใหญ่ขนาดนั้น
verify-upload-failed = ไม่ได้รับไฟล์
verify-upload-timeout = การอัปโหลดใช้เวลานานกว่า 20 วินาที โปรดลองอีกครั้ง
verify-unavailable = ตรวจสอบไม่ได้ในขณะนี้
verify-database-unavailable = ฐานข้อมูลไม่พร้อมใช้งาน จึงยังไม่ได้ตรวจสอบไฟล์ของคุณ
verify-another = ตรวจสอบรายงานอื่น
verify-compare-totals = เทียบยอดรวมเหล่านี้กับยอดรวมในรายงานที่คุณมีอยู่:
verify-genuine = เป็นของแท้
verify-superseded = มีฉบับแก้ไขแทนแล้ว
verify-altered = ถูกดัดแปลง
verify-not-issued-here = ไม่ได้ออกโดยเซิร์ฟเวอร์นี้
verify-other-key = ไฟล์นี้เป็นรายงาน แต่ไม่ได้ลงลายมือชื่อด้วยกุญแจของเซิร์ฟเวอร์นี้
verify-issued-here = ออกโดยเซิร์ฟเวอร์นี้
verify-unknown = ไม่พบรายงาน
verify-no-such-fingerprint = เซิร์ฟเวอร์นี้ไม่เคยปิดผนึกรายงานที่มีรหัสตรวจสอบนี้
verify-not-a-fingerprint = ไม่ใช่รหัสตรวจสอบ
verify-fingerprint-format = รหัสตรวจสอบเป็นเลขฐานสิบหก 16 หลัก เช่น 8F3A-91C2-D04B-77E1
verify-title = ตรวจสอบรายงาน
verify-intro = รายงานที่ปิดผนึกแล้วมีลายมือชื่อดิจิทัล ตรวจสอบที่นี่ว่ารายงานเป็นของแท้และไม่ถูกดัดแปลง
verify-file = ไฟล์รายงาน (JSON หรือหน้าเว็บออฟไลน์ ไม่เกิน 2 MiB)
verify-submit-file = ตรวจสอบไฟล์
verify-fingerprint = หรือกรอกรหัสตรวจสอบที่อยู่บนรายงาน (ยืนยันเฉพาะการมีอยู่และเวลาที่ปิดผนึก ไม่ได้ยืนยันตัวเลข)
verify-look-up = ค้นหา
verify-public-keys = กุญแจสาธารณะ
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: ปิดผนึกเมื่อ { $time } โดย { $issuer } และไม่มีการเปลี่ยนแปลงหลังจากนั้น
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint }: ออกโดยเซิร์ฟเวอร์นี้และไม่ถูกดัดแปลง แต่ถูกแทนด้วยฉบับแก้ไข (ฉบับที่ { $revision }) ซึ่งปิดผนึกเมื่อ { $time }
# $what (Text)
verify-altered-sentence = ถูกดัดแปลง: { $what }
# $why (Text)
verify-not-a-report-sentence = ไม่ใช่รายงาน: { $why }
# $time (Text)
verify-fingerprint-known = เซิร์ฟเวอร์นี้ปิดผนึกรายงานที่มีรหัสตรวจสอบนี้เมื่อ { $time } หากต้องการเทียบตัวเลข โปรดส่งไฟล์รายงาน
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = เซิร์ฟเวอร์นี้ปิดผนึกรายงานที่มีรหัสตรวจสอบนี้เมื่อ { $time } ต่อมารายงานได้รับการแก้ไขเป็นฉบับที่ { $revision } ซึ่งปิดผนึกเมื่อ { $replaced }
# $field (Text)
verify-altered-field = { $field } ไม่ตรงกับที่ปิดผนึกไว้
verify-altered-figures = ตัวเลขไม่ตรงกับลายมือชื่อ
verify-altered-page = เนื้อหาของหน้าไม่ตรงกับลายมือชื่อ
verify-altered-page-unsigned = เนื้อหาของหน้าที่อยู่รอบตัวเลขไม่ได้ลงลายมือชื่อ
verify-altered-several = หน้านี้มีรายงานมากกว่าหนึ่งฉบับ
# $field (Text)
verify-altered-added = { $field } ถูกเพิ่มเข้ามาและไม่ได้เป็นส่วนหนึ่งของสิ่งที่ปิดผนึกไว้
verify-file-over-limit = ไฟล์ใหญ่กว่า 2 MiB
verify-not-text = ไฟล์ไม่ใช่ไฟล์ข้อความ
verify-page-without-report = หน้านี้ไม่มีรายงาน
verify-other-json = เป็น JSON แต่ไม่ใช่รายงานของ Aftershow
# $field (Text)
verify-without-proof = ไม่มี { $field } จึงเป็นเพียงข้อมูลของรายงานที่ไม่มีหลักฐานกำกับ
verify-other-version = ลงลายมือชื่อโดยเซิร์ฟเวอร์นี้ แต่ด้วย Aftershow เวอร์ชันที่เวอร์ชันปัจจุบันอ่านไม่ได้
# $detail (Text)
verify-not-json = ไม่ใช่ JSON: { $detail }
verify-bad-number = มีตัวเลขที่ไม่ใช่จำนวนเต็มหรือเกิน 2^53 − 1
# $key (Text)
verify-repeated-key = คีย์ { $key } ซ้ำกันสองครั้งในออบเจ็กต์เดียว
# $key (Text)
verify-bad-key = คีย์ { $key } ไม่ใช่ ASCII
menu-skip-to-content = ข้ามไปยังเนื้อหา
menu-label = เมนูหลัก
menu-verify = ตรวจสอบ
