report-full-stop = { "" }
report-try-again = โปรดลองอีกครั้งในอีก 1 นาที
report-unavailable = มีรายงานนี้อยู่ แต่เปิดไม่ได้ชั่วคราว
report-stream = รายงานไลฟ์
report-snapshot = รายงานสแนปช็อต
report-details = รายละเอียด ›
report-highlights = ไฮไลต์
report-other-totals = ยอดรวมอื่น ๆ
report-whole-stream = ทั้งไลฟ์
report-ratios = อัตราส่วน
report-ratios-hint = แตะเพื่อดูวิธีคำนวณ
report-more-ratios = อัตราส่วนเพิ่มเติม
report-time = เวลา
report-table-note = { "*" } รวมช่วงข้อมูลขาดหาย โดยแสดงเป็นช่วงค่าหากไม่ทราบว่ายอดในช่วงนั้นแบ่งกันอย่างไร
report-data-quality = คุณภาพข้อมูล
report-fingerprint = รหัสตรวจสอบ
report-verify = ตรวจสอบ ›
report-save-image = บันทึกเป็นรูปภาพ
report-copy-text = คัดลอกข้อความ
report-link = ลิงก์
report-copied = คัดลอกแล้ว
report-files = ไฟล์: หน้าออฟไลน์ · CSV · JSON · พิมพ์
report-files-label = ไฟล์
report-print = พิมพ์
report-print-hint = หากต้องการพิมพ์ ให้ใช้เมนูของเบราว์เซอร์ (จัดหน้าแบบ A4)
report-offline-hint = ไฟล์นี้มีรายงานครบทั้งฉบับ สามารถบันทึก ส่งต่อ หรือพิมพ์ได้ และทุกคนตรวจสอบได้
report-theme = ธีม
theme-system = ตามระบบ
theme-light = สว่าง
theme-dark = มืด
chart-zoom-in = ซูมเข้า
chart-zoom-out = ซูมออก
chart-show-all = แสดงทั้งหมด
report-offline-page = หน้าออฟไลน์
report-made-with = จัดทำด้วย Aftershow
report-ranges-hint = ช่วงค่า: มีช่วงข้อมูลขาดหายคร่อมชั่วโมงเหล่านี้ จึงไม่ทราบว่ายอดในช่วงนั้นแบ่งกันอย่างไร
report-slot = ช่วงเวลาของคุณ
report-collection-log = ข้อสังเกตและบันทึกการเก็บข้อมูล
log-readings = จำนวนครั้งที่เก็บข้อมูล
log-retries = จำนวนครั้งที่ลองใหม่
log-excluded = จำนวนครั้งที่ไม่นำมานับ
log-ended-by = หลักฐานการจบไลฟ์
finding-internal = ภายใน
chart-typical = ปกติ
chart-this-stream = ไลฟ์นี้
baseline-at-end = กำลังไลฟ์อยู่ จะเทียบกับค่าปกติเมื่อไลฟ์จบ
report-before-first-reading = ก่อนการเก็บข้อมูลครั้งแรก
ratio-gifters = สัดส่วนผู้เข้าห้องที่ส่งของขวัญ
baseline-same = อยู่ในระดับปกติ
baseline-zero = ปกติเป็น 0
baseline-same-short = ระดับเดียวกัน
report-all-six-charts = กราฟทั้ง 6 รายการ
report-all-charts = กราฟทั้งหมด
picture-scan = สแกนเพื่อดูเวลาที่ปิดผนึกของรหัสตรวจสอบนี้ ส่วนตัวเลขให้ตรวจสอบด้วยไฟล์
picture-enter-fingerprint = กรอกรหัสนี้ในหน้าตรวจสอบเพื่อดูเวลาที่ปิดผนึก
report-too-little-data = ไม่มีกราฟ: ข้อมูลน้อยเกินไป
report-only-one-reading = ไม่มีกราฟ: เก็บข้อมูลได้เพียงครั้งเดียว
report-charts-hint = แต่ละกราฟใช้สเกลของตัวเอง ตัวเลขคือยอดรวม
log-no-response = ไม่มีการตอบกลับ
log-invalid-response = การตอบกลับไม่ถูกต้อง
report-peak = ช่วงสูงสุด:{ " " }
quality-no-readings = ไม่มีการเก็บข้อมูล
gap-totals-unaffected = ยอดรวมไม่ได้รับผลกระทบ
gap-tail-missing = ยอดที่เกิดขึ้นระหว่างช่วงข้อมูลขาดหายไม่รวมอยู่ในยอดรวม
gap-none = ไม่มีช่วงข้อมูลขาดหาย
source-last-reading = การเก็บข้อมูลครั้งสุดท้าย
source-room-closed-notice = การแจ้งปิดห้องจาก Tencent
report-unknown-total = ไม่ทราบ: ไม่มีการเก็บข้อมูล
source-greater-shown = แสดงค่าที่มากกว่า
source-later-shown = แสดงค่าที่ใหม่กว่า
report-entries-are-visits = จำนวนครั้งที่เข้าห้องนับทุกครั้งที่มีการเข้า หากคนเดียวเข้า 3 ครั้งจะนับเป็น 3 ครั้ง
report-bots-undocumented = เอกสารของ Tencent ไม่ได้ระบุว่านับโฮสต์หรือบอตรวมด้วยหรือไม่
report-no-reading = ไม่มีการเก็บข้อมูล: ไลฟ์จบก่อนที่ Tencent จะตอบกลับ จึงไม่ทราบยอดรวม
report-newest-revision = ลิงก์นี้แสดงฉบับล่าสุดเสมอ
date-separator = { " " }
time-zone-utc = เวลาอ้างอิง UTC
number-under-one-percent = <1%
counter-entries = จำนวนครั้งที่เข้าห้อง
counter-gifts = ของขวัญ
counter-coins = เหรียญ
counter-gifters = ผู้ส่งของขวัญ
counter-likes = ไลก์
counter-messages = ข้อความ
counter-gifters-note = นับแต่ละคนเพียงครั้งเดียว
counter-likes-note = จำนวนครั้งที่กด ไม่ใช่จำนวนคน
counter-coins-note = ยอดที่ผู้ชมใช้จ่าย ไม่ใช่รายได้ของโฮสต์
quality-complete = ข้อมูลครบถ้วน
quality-minor-gaps = ข้อมูลขาดหายเล็กน้อย
quality-significant-gaps = ข้อมูลขาดหายมาก
state-live = กำลังไลฟ์
state-ending = กำลังจบไลฟ์
state-sealed = ปิดผนึกแล้ว
end-webhook = การแจ้งปิดห้องจาก Tencent
end-room-missing = Tencent แจ้งว่าไม่พบห้อง 2 ครั้ง
end-room-recreated = ห้องถูกสร้างใหม่
end-sealed-early = รายงานถูกปิดผนึกก่อนกำหนด
end-idle = ไม่มีความเคลื่อนไหวตามระยะเวลาที่ตั้งไว้
end-continued = นานกว่า 7 วัน จึงต่อเป็นส่วนถัดไป
end-snapshot = สแนปช็อตที่สั่งเอง
gap-before-first = เริ่มมอนิเตอร์หลังจากไลฟ์เริ่มไปแล้ว
gap-after-last = ไลฟ์จบหลังการเก็บข้อมูลครั้งสุดท้าย
gap-not-running = Aftershow ไม่ได้ทำงานอยู่
gap-no-response = Tencent ไม่ตอบกลับ
gap-invalid-response = การตอบกลับไม่ถูกต้อง
gap-excluded = ได้รับยอดรวมที่ต่ำลงและไม่นำมานับ
gap-clock-changed = นาฬิกาของเซิร์ฟเวอร์ถูกเปลี่ยน
gap-call-limit = จำนวนห้องเกินขีดจำกัดการเรียก
page-locale = th_TH
report-language = ภาษา
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = เทียบกับ { $count } ไลฟ์ล่าสุดของโฮสต์ในทุกห้อง
list-semicolon = ;{ " " }
# $percent (Text)
baseline-above = สูงกว่าปกติ { $percent }
# $percent (Text)
baseline-below = ต่ำกว่าปกติ { $percent }
# $percent (Text)
baseline-above-short = สูงกว่า { $percent }
# $percent (Text)
baseline-below-short = ต่ำกว่า { $percent }
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison } (ปกติ { $median }), ช่วงปกติ { $low }–{ $high }
# $step (Text)
report-table-steps = ตาราง ช่วงละ { $step }
# $step (Text)
report-table-explained = ส่วนที่เพิ่มขึ้นใน { $step } นับจากแต่ละเวลา ผลรวมของทุกแถวเท่ากับยอดรวมที่วัดได้
# $what (Text)
chart-values = ค่าในกราฟ: { $what }
# $issuer (Text)
report-issued-by = ออกโดย { $issuer }
# $counter (Text) · $span (Text)
report-in-slot = { $counter }ในช่วงเวลาของคุณ { $span }
# $lower (Number) · $upper (Number)
report-between = ระหว่าง { $lower } ถึง { $upper }
# $issuer (Text)
report-preview = รายงานไลฟ์โดย { $issuer }
# $issuer (Text) · $time (Text)
report-preview-sealed = รายงานไลฟ์โดย { $issuer } · ปิดผนึกเมื่อ { $time }
# $counter (Text) · $length (Text)
chart-counter-per = { $counter }ต่อ { $length }
# $counter (Text)
chart-counter-per-minute = { $counter }ต่อนาที
# $length (Text)
chart-line-is-mean = เส้น: ค่าเฉลี่ย { $length }
# $counter (Text)
chart-so-far = { $counter }สะสม
# $length (Text) · $span (Text)
chart-hatched = แถบลายเส้น: ข้อมูลขาดหาย { $length } ({ $span })
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = แถบลายเส้น: ข้อมูลขาดหาย { $count } ช่วง นานที่สุด { $length } ({ $span })
# $counter (Text)
ratio-per-gift = { $counter }ต่อของขวัญ 1 ชิ้น
# $counter (Text)
ratio-per-100-entries = { $counter }ต่อการเข้าห้อง 100 ครั้ง
# $counter (Text)
ratio-per-gifter = { $counter }ต่อผู้ส่งของขวัญ 1 คน
# $percent (Text)
ratio-at-least = อย่างน้อย { $percent }
# $code (Text)
log-error-code = ข้อผิดพลาด { $code }
# $count (Number)
log-all-gaps = ช่วงข้อมูลขาดหายทั้งหมด ({ $count } ช่วง)
# $stream (Number)
baseline-missing = เปรียบเทียบได้หลังจากครบ 4 ไลฟ์ (นี่คือไลฟ์ที่ { $stream })
# $count (Number)
baseline-explained = ปกติ = ค่ามัธยฐานของ { $count } ไลฟ์ล่าสุด, ช่วงปกติ = 50% ที่อยู่ตรงกลาง
# $count (Number)
baseline-your-last-streams = เทียบกับ { $count } ไลฟ์ล่าสุดของคุณ
# $count (Number)
baseline-last-streams = เทียบกับ { $count } ไลฟ์ล่าสุด
# $minute (Number) · $time (Text)
baseline-above-from = สูงกว่าปกติตั้งแต่นาทีที่ { $minute } ({ $time }) เป็นต้นไป
# $minute (Number) · $time (Text)
baseline-below-from = ต่ำกว่าปกติตั้งแต่นาทีที่ { $minute } ({ $time }) เป็นต้นไป
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $amount } ใน { $seconds } วินาที ({ $from }–{ $until })
# $amount (Text) · $seconds (Number)
report-peak-short = { $amount } ใน { $seconds } วินาที
# $lower (Number) · $amount (Text)
report-amount-between = ไม่ต่ำกว่า { $lower } และไม่เกิน { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = นาทีที่คึกคักที่สุด: { $time } ({ $amount })
# $counter (Text)
report-by-hour = { $counter }รายชั่วโมง
# $minutes (Number)
report-including-rest = รวม { $minutes } นาทีสุดท้าย
# $count (Number) · $every (Text)
quality-readings-every = เก็บข้อมูล { $count } ครั้ง ทุก { $every } วินาที
# $count (Number)
quality-readings = เก็บข้อมูล { $count } ครั้ง
# $count (Number)
quality-readings-every-second = เก็บข้อมูล { $count } ครั้ง ทุกวินาที
# $readings (Text) · $coverage (Text)
quality-coverage = { $readings } ความครอบคลุมของข้อมูล { $coverage }
# $readings (Text)
quality-coverage-unknown = { $readings } ไม่ทราบความครอบคลุมของข้อมูลเพราะไม่ทราบความยาวของไลฟ์
# $count (Number)
quality-readings-so-far = เก็บข้อมูลแล้ว { $count } ครั้ง
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = ช่วงข้อมูลขาดหายที่นานที่สุด: { $length } ตั้งแต่ { $from } ถึง { $until } ({ $cause })
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = ยอดรวมไม่ได้รับผลกระทบ แต่ไม่ทราบว่ายอดที่เพิ่มขึ้นระหว่างข้อมูลขาดหาย ({ $amount }) แบ่งกันอย่างไรระหว่าง { $from } ถึง { $until }
# $minute (Text)
gap-inside-minute = ทั้งยอดรวมและค่ารายนาทีไม่ได้รับผลกระทบ เพราะช่วงข้อมูลขาดหายทั้งหมดอยู่ภายในนาที { $minute }
# $amount (Text)
gap-before-first-reading = ยอดรวมไม่ได้รับผลกระทบ ยอดก่อนการเก็บข้อมูลครั้งแรก ({ $amount }) รวมอยู่ในยอดรวมแล้ว แต่ไม่แสดงในกราฟ
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source } ({ $time })
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source } ({ $time } ไม่มีในการแจ้งปิดห้องจาก Tencent)
# $time (Text) · $amount (Text)
source-only-notice = การแจ้งปิดห้องเวลา { $time } ระบุ { $amount } แต่ไม่มีการเก็บข้อมูลครั้งใดยืนยัน จึงไม่แสดงค่านี้
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = การเก็บข้อมูลครั้งสุดท้าย: { $reading }, การแจ้งปิดห้อง: { $notice } ({ $rule })
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = การแจ้งปิดห้อง: { $notice }, การเก็บข้อมูลครั้งสุดท้าย: { $reading } ({ $rule })
# $length (Text)
report-as-of-before-end = ข้อมูล ณ { $length }ก่อนไลฟ์จบ
# $time (Text) · $issuer (Text)
report-seal-explained = ปิดผนึกแล้ว: สรุปเป็นฉบับสุดท้ายเมื่อ { $time } และลงลายมือชื่อดิจิทัลโดย { $issuer } หลังจากนั้นตัวเลขไม่มีการเปลี่ยนแปลง ทั้งนี้ การปิดผนึกไม่ได้รับรองความถูกต้องของการนับโดย Tencent
# $coins (Text)
report-coins-explained = ตัวเลข{ $coins }คือยอดที่ผู้ชมใช้จ่าย ไม่ใช่รายได้ของโฮสต์
# $time (Text)
report-one-reading = เก็บข้อมูลครั้งเดียวเมื่อ { $time } ขณะกำลังไลฟ์ จึงไม่มีกราฟ เพราะสแนปช็อตคือการเก็บข้อมูลเพียงครั้งเดียว
# $after (Text) · $before (Text)
report-end-between = ห้องปิดในช่วงระหว่าง { $after } ถึง { $before }
# $show (Text) · $room (Text)
report-show-and-room = โฮสต์ไลฟ์ถึง { $show } ส่วนห้องเปิดอยู่ถึง { $room }
# $time (Text)
report-sealed-at = ปิดผนึกเมื่อ { $time }
# $count (Number)
report-totals-corrected = Tencent แก้ไขยอดรวม { $count } ครั้ง ช่วงเวลาดังกล่าวจึงไม่มีค่า
# $revision (Number)
report-revision-explained = นี่คือฉบับแก้ไข (ฉบับที่ { $revision }) รายงานฉบับก่อนยังเก็บไว้ และเมื่อตรวจสอบจะแสดงผลว่า “มีฉบับแก้ไขแทนแล้ว”
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what } ตั้งแต่ { $from } ถึง { $until }
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what } ตั้งแต่ { $from } ถึง { $until } รวมทั้งหมด { $total }
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = { $counter } { $amount } ({ $percent } ของทั้งหมด) ใน 10 นาที ({ $span })
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes = { $counter } { $amount } ({ $percent } ของทั้งหมด) ใน { $battle } นาน { $minutes } นาที ({ $span })
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = { $counter } { $amount } ({ $percent } ของทั้งหมด) ใน { $battle } ({ $span })
# $partner (Text)
finding-battle-with = PK กับ { $partner }
finding-battle-alone = PK
# $count (Number)
finding-gifters = ผู้ส่งของขวัญ { $count } คน
# $subject (Text)
finding-typical = { $subject } อยู่ในระดับปกติ
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject } มากกว่าปกติ { $difference }
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject } น้อยกว่าปกติ { $difference }
# $comparison (Text)
finding-in-this-room = { $comparison }
# $comparison (Text)
finding-of-this-host = { $comparison } (เทียบจากทุกห้องของโฮสต์นี้)
# A difference with its unit. $count (Number)
difference-entries = { $count } ครั้ง
# $count (Number)
difference-gifters = { $count } คน
# $count (Number)
difference-likes = { $count } ครั้ง
# $amount (Text) · $gifts (Text)
finding-inconsistent = ตัวเลขจาก Tencent ไม่สอดคล้องกัน: { $amount } แต่มี{ $gifts }เท่านั้น
# $amount (Text) · $percent (Text)
finding-returning-gifters = อย่างน้อย { $amount } ({ $percent }) มาจากผู้ที่เคยส่งของขวัญในไลฟ์นี้แล้ว
finding-totals-corrected = Tencent แก้ไขยอดรวม นาทีที่เกิดการแก้ไขจึงไม่มีค่า
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = { $amount } ใน 1 นาที ({ $span }) ค่ามัธยฐานต่อนาที: { $median }
# $amount (Text) · $span (Text)
finding-likes-without-entries = { $amount } ใน 1 นาที โดยไม่มีการเข้าห้องใหม่ ({ $span })
# $amount (Text) · $span (Text)
finding-entries-without-reaction = { $amount } ใน 1 นาที โดยไม่มีข้อความ ไลก์ หรือของขวัญ ({ $span })
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = เพิ่มขึ้น { $amount } ในครั้งเดียวภายในเวลา { $time } โดยไม่มีผู้ส่งของขวัญรายใหม่ (ก่อนและหลังมี{ $gifters }เท่าเดิม)
# $length (Text) · $span (Text)
finding-totals-unchanged = ยอดรวมทุกรายการไม่เปลี่ยนแปลงเป็นเวลา { $length } ({ $span })
# $label (Text)
moment-battle-with = PK กับ { $label }
moment-battle = PK
# $label (Text)
moment-room-owner = เจ้าของห้องคนใหม่: { $label }
moment-room-owner-changed = เปลี่ยนเจ้าของห้อง
# $count (Text)
moment-followers = ผู้ติดตามใหม่: { $count } คน
moment-follower = ผู้ติดตามใหม่
moment-notice-contradicted = การแจ้งปิดห้องขัดแย้งกับข้อมูล: ห้องยังมีความเคลื่อนไหว
# $what (Text) · $when (Text)
moment-at = { $what } ({ $when })
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what } ({ $when }): { $coins }
# $title (Text) · $span (Text)
copy-title = { $title } · { $span }
# $title (Text) · $span (Text) · $length (Text)
copy-title-length = { $title } · { $span } ({ $length })
# $counter (Text) · $value (Number) · $median (Number) · $comparison (Text)
copy-main-figure = { $counter } { $value } (ปกติ { $median }, { $comparison })
# $battle (Text) · $coins (Text)
copy-battle = { $battle }: { $coins }
# $count (Number)
copy-gifters = ผู้ส่งของขวัญ { $count } คน
# $count (Number)
copy-entries = เข้าห้อง { $count } ครั้ง
# $count (Number)
copy-messages = ข้อความ { $count }
# $count (Number)
copy-likes = ไลก์ { $count }
# $count (Number)
counter-entries-note = ไม่เกิน { $count } คน
# $count (Number)
amount-entries = การเข้าห้อง { $count } ครั้ง
# $count (Number)
amount-gifts = ของขวัญ { $count } ชิ้น
# $count (Number)
amount-coins = { $count } เหรียญ
# The issuer's own name for coins. $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = ผู้ส่งของขวัญ { $count } คน
# $count (Number)
amount-likes = { $count } ไลก์
# $count (Number)
amount-messages = { $count } ข้อความ
# $code (Text)
gap-error-code = Tencent ตอบกลับด้วยข้อผิดพลาด { $code }
# $hours (Number) · $minutes (Text)
length-hours = { $hours } ชม. { $minutes } นาที
# $minutes (Number)
length-minutes = { $minutes } นาที
# $seconds (Number)
length-seconds = { $seconds } วินาที
# The start of a day in a heading. $time (Text)
day-from = ตั้งแต่ { $time }
# $time (Text) · $zone (Text)
day-from-in-zone = ตั้งแต่ { $time } ({ $zone })
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount } ({ $bounds })
report-not-sealed-yet = กำลังไลฟ์ ยังไม่ปิดผนึก
share-link-dead-title = ลิงก์นี้ใช้งานไม่ได้
share-link-dead-why = ลิงก์อาจหมดอายุหรือถูกปิดใช้งาน หรือที่อยู่ลิงก์ไม่ครบถ้วน
share-link-dead-what-to-do = โปรดขอลิงก์ใหม่จากผู้ส่ง
share-link-open = เปิด
share-link-password-title = รายงานนี้มีรหัสผ่านป้องกัน
sign-in-password = รหัสผ่าน
error-wrong-password = รหัสผ่านไม่ถูกต้อง
# $seconds (Number)
error-too-many-attempts = ลองหลายครั้งเกินไป โปรดลองใหม่ในอีก { $seconds } วินาที
# $number (Number)
report-number = รายงาน { $number }
# $number (Number) · $revision (Number)
report-number-revision = รายงาน { $number } ฉบับแก้ไข (ฉบับที่ { $revision })
# $revision (Number)
report-revision = ฉบับแก้ไข (ฉบับที่ { $revision })
# $revision (Number)
list-revision = ฉบับแก้ไข (ฉบับที่ { $revision })
error-server-fault-title = เกิดข้อผิดพลาด
error-server-fault = ข้อผิดพลาดนี้เกิดใน Aftershow ดูสาเหตุได้ในบันทึกของระบบ ข้อมูลที่เก็บไว้และรายงานที่ปิดผนึกแล้วยังปลอดภัย
# The row of an hour of the stream. $place (Number)
report-nth-hour = ชั่วโมงที่ { $place }
