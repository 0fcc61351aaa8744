report-full-stop = { "" }
report-try-again = โปรดลองอีกครั้งในอีก 1 นาที
report-unavailable = มีรายงานนี้อยู่ แต่ยังเปิดไม่ได้ในขณะนี้
report-stream = รายงานไลฟ์
report-snapshot = รายงานสแนปช็อต
report-details = รายละเอียด ›
report-highlights = ไฮไลต์
report-other-totals = ยอดรวมอื่น
report-whole-stream = ทั้งไลฟ์
report-ratios = อัตราส่วน
report-ratios-hint = แตะเพื่อดูวิธีคำนวณ
report-more-ratios = อัตราส่วนเพิ่มเติม
report-time = เวลา
report-table-note = { "*" } รวมช่วงที่ข้อมูลขาด หากไม่ทราบว่าแบ่งกันอย่างไรจะแสดงเป็นช่วงค่า
report-data-quality = คุณภาพข้อมูล
report-fingerprint = รหัสเทียบรายงาน
report-verify = ตรวจสอบ ›
report-save-image = บันทึกเป็นรูปภาพ
report-copy-text = คัดลอกข้อความ
report-link = ลิงก์
report-copied = คัดลอกแล้ว
report-files = ไฟล์: หน้าออฟไลน์ · CSV · JSON · พิมพ์
report-files-label = ไฟล์
report-print = พิมพ์
report-print-hint = หากต้องการพิมพ์ ให้ใช้เมนูของเบราว์เซอร์ (จัดหน้าแบบ A4)
report-offline-hint = ไฟล์นี้มีรายงานครบทั้งฉบับ บันทึก ส่งต่อ หรือพิมพ์ได้ และทุกคนตรวจสอบได้
report-theme = ธีม
theme-system = ตามระบบ
theme-light = สว่าง
theme-dark = มืด
chart-zoom-in = ขยาย
chart-zoom-out = ย่อ
chart-show-all = แสดงทั้งหมด
report-offline-page = หน้าออฟไลน์
report-made-with = จัดทำด้วย Aftershow
report-ranges-hint = ช่วงค่า: มีช่วงที่ข้อมูลขาดคาบเกี่ยวหลายชั่วโมงนี้ จึงไม่ทราบว่ายอดแบ่งกันอย่างไร
report-slot = ช่วงเวลาของคุณ
report-collection-log = ข้อสังเกตและบันทึกการเก็บข้อมูล
log-readings = จำนวนครั้งที่เก็บข้อมูล
log-retries = จำนวนครั้งที่ลองใหม่
log-excluded = ข้อมูลที่ไม่นับรวม
log-ended-by = ทราบว่าจบจาก
finding-internal = ภายใน
chart-typical = ปกติ
chart-this-stream = ไลฟ์นี้
baseline-at-end = กำลังไลฟ์ จะเทียบกับค่าปกติเมื่อไลฟ์จบ
report-before-first-reading = ก่อนการเก็บข้อมูลครั้งแรก
ratio-gifters = สัดส่วนผู้เข้าห้องที่ส่งของขวัญ
baseline-same = ใกล้เคียงปกติ
baseline-zero = ปกติเป็น 0
baseline-same-short = ใกล้เคียงกัน
report-all-six-charts = กราฟทั้งหกรายการ
report-all-charts = กราฟทั้งหมด
picture-scan = สแกนเพื่อดูว่ารหัสนี้ได้รับการรับรองเมื่อใด ส่วนตัวเลขให้ตรวจสอบจากไฟล์
picture-enter-fingerprint = กรอกรหัสนี้ที่หน้าตรวจสอบเพื่อดูเวลาที่รับรอง
report-too-little-data = ไม่มีกราฟ: ข้อมูลน้อยเกินไป
report-only-one-reading = ไม่มีกราฟ: เก็บข้อมูลได้เพียงครั้งเดียว
report-charts-hint = แต่ละกราฟใช้มาตราส่วนของตัวเอง ตัวเลขคือยอดรวม
log-no-response = ไม่มีการตอบกลับ
log-invalid-response = คำตอบไม่ถูกต้อง
report-peak = สูงสุด:{ " " }
quality-no-readings = ไม่มีข้อมูลที่เก็บได้
gap-totals-unaffected = ไม่กระทบยอดรวม
gap-tail-missing = สิ่งที่เกิดขึ้นในช่วงที่ข้อมูลขาดไม่ได้รวมอยู่ในยอดรวม
gap-none = ไม่มีช่วงที่ข้อมูลขาด
source-last-reading = การเก็บข้อมูลครั้งสุดท้าย
source-room-closed-notice = การแจ้งปิดห้องจาก Tencent
report-unknown-total = ไม่ทราบ: ไม่มีข้อมูลที่เก็บได้
source-greater-shown = แสดงค่าที่มากกว่า
source-later-shown = แสดงค่าที่ใหม่กว่า
report-entries-are-visits = การเข้าห้องนับทุกครั้ง ผู้ที่เข้าสามครั้งนับเป็นสาม
report-bots-undocumented = Tencent ไม่ได้ระบุว่านับโฮสต์หรือบอตรวมด้วยหรือไม่
report-no-reading = ไม่มีข้อมูลที่เก็บได้: ไลฟ์จบก่อนที่ Tencent จะตอบกลับ จึงไม่ทราบยอดรวม
report-newest-revision = ลิงก์นี้แสดงฉบับแก้ไขล่าสุดเสมอ
date-separator = { " " }
time-zone-utc = เวลาเป็น UTC
number-under-one-percent = <1%
counter-entries = การเข้าห้อง
counter-gifts = ของขวัญ
counter-coins = เหรียญ
counter-gifters = ผู้ส่งของขวัญ
counter-likes = ไลก์
counter-messages = ข้อความ
counter-gifters-note = นับผู้ส่งแต่ละคนครั้งเดียว
counter-likes-note = จำนวนครั้งที่กด ไม่ใช่จำนวนคน
counter-coins-note = ที่ผู้ชมใช้จ่าย ไม่ใช่รายได้ของโฮสต์
quality-complete = ครบถ้วน
quality-minor-gaps = ข้อมูลขาดเล็กน้อย
quality-significant-gaps = ข้อมูลขาดมีนัยสำคัญ
state-live = กำลังไลฟ์
state-ending = กำลังจบ
state-sealed = รับรองแล้ว
end-webhook = การแจ้งปิดห้องจาก Tencent
end-room-missing = Tencent แจ้งสองครั้งว่าไม่มีห้องนี้
end-room-recreated = ห้องถูกสร้างใหม่
end-sealed-early = รายงานถูกรับรองก่อนไลฟ์จบ
end-idle = ไม่มีความเคลื่อนไหวตามเวลาที่ตั้งไว้
end-continued = นานกว่า 7 วัน ดำเนินต่อในตอนถัดไป
end-snapshot = สแนปช็อตที่สั่งเอง
gap-before-first = เริ่มมอนิเตอร์หลังจากไลฟ์เริ่มแล้ว
gap-after-last = ไลฟ์จบหลังการเก็บข้อมูลครั้งสุดท้าย
gap-not-running = Aftershow ไม่ได้ทำงาน
gap-no-response = Tencent ไม่ตอบกลับ
gap-invalid-response = คำตอบที่ได้รับไม่ถูกต้อง
gap-excluded = ได้รับยอดรวมที่ต่ำลงและไม่นับรวม
gap-clock-changed = นาฬิกาของเซิร์ฟเวอร์ถูกเปลี่ยน
gap-call-limit = มีห้องมากกว่าที่ขีดจำกัดการเรียกรองรับ
page-locale = th_TH
report-language = ภาษา
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = เทียบกับ { $count } ไลฟ์ล่าสุดของโฮสต์ในทุกห้อง
list-semicolon = { " " }·{ " " }
# $percent (Text)
baseline-above = สูงกว่าปกติ { $percent }
# $percent (Text)
baseline-below = ต่ำกว่าปกติ { $percent }
# $percent (Text)
baseline-above-short = สูงกว่า { $percent }
# $percent (Text)
baseline-below-short = ต่ำกว่า { $percent }
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison } (ปกติ { $median }) ช่วงปกติ { $low }–{ $high }
# $step (Text)
report-table-steps = ตาราง ช่วงละ { $step }
# $step (Text)
report-table-explained = ส่วนที่เพิ่มขึ้นในช่วง { $step } นับจากแต่ละเวลา ผลรวมทุกแถวเท่ากับยอดรวมที่วัดได้
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
report-preview-sealed = รายงานไลฟ์โดย { $issuer } · รับรองเมื่อ { $time }
# $counter (Text) · $length (Text)
chart-counter-per = { $counter }ต่อ { $length }
# $counter (Text)
chart-counter-per-minute = { $counter }ต่อนาที
# $length (Text)
chart-line-is-mean = เส้น: ค่าเฉลี่ย { $length }
# $counter (Text)
chart-so-far = { $counter }สะสม
# $length (Text) · $span (Text)
chart-hatched = แรเงา: ข้อมูลขาด { $length } ช่วง { $span }
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = แรเงา: ข้อมูลขาด { $count } ช่วง ช่วงที่นานที่สุด { $length } ({ $span })
# $counter (Text)
ratio-per-gift = { $counter }ต่อของขวัญหนึ่งชิ้น
# $counter (Text)
ratio-per-100-entries = { $counter }ต่อการเข้าห้อง 100 ครั้ง
# $counter (Text)
ratio-per-gifter = { $counter }ต่อผู้ส่งของขวัญหนึ่งคน
# $percent (Text)
ratio-at-least = อย่างน้อย { $percent }
# $code (Text)
log-error-code = ข้อผิดพลาด { $code }
# $count (Number)
log-all-gaps = ช่วงที่ข้อมูลขาดทั้งหมด ({ $count })
# $stream (Number)
baseline-missing = เปรียบเทียบได้หลังจากครบ 4 ไลฟ์ (นี่คือไลฟ์ที่ { $stream })
# $count (Number)
baseline-explained = ปกติ = ค่ามัธยฐานของ { $count } ไลฟ์ล่าสุด ช่วงปกติ = 50% ตรงกลาง
# $count (Number)
baseline-your-last-streams = เทียบกับ { $count } ไลฟ์ล่าสุดของคุณ
# $count (Number)
baseline-last-streams = เทียบกับ { $count } ไลฟ์ล่าสุด
# $minute (Number) · $time (Text)
baseline-above-from = สูงกว่าปกติตั้งแต่นาทีที่ { $minute } ({ $time }) เป็นต้นไป
# $minute (Number) · $time (Text)
baseline-below-from = ต่ำกว่าปกติตั้งแต่นาทีที่ { $minute } ({ $time }) เป็นต้นไป
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $amount } ใน { $seconds } วินาที ตั้งแต่ { $from } ถึง { $until }
# $amount (Text) · $seconds (Number)
report-peak-short = { $amount } ใน { $seconds } วินาที
# $lower (Number) · $amount (Text)
report-amount-between = ระหว่าง { $lower } ถึง { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = นาทีที่คึกคักที่สุด: { $time }, { $amount }
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
quality-coverage-unknown = { $readings } ไม่ทราบความครอบคลุมของข้อมูล เพราะไม่ทราบความยาวของไลฟ์
# $count (Number)
quality-readings-so-far = เก็บข้อมูลแล้ว { $count } ครั้ง
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = ช่วงที่ข้อมูลขาดนานที่สุด: { $length } ตั้งแต่ { $from } ถึง { $until } ({ $cause })
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = ไม่กระทบยอดรวม ระหว่างที่ข้อมูลขาดมีเพิ่ม { $amount } แต่ไม่ทราบว่าแบ่งกันอย่างไรระหว่าง { $from } ถึง { $until }
# $minute (Text)
gap-inside-minute = ไม่กระทบทั้งยอดรวมและค่ารายนาที: ช่วงที่ข้อมูลขาดทั้งหมดอยู่ภายใน { $minute }
# $amount (Text)
gap-before-first-reading = ไม่กระทบยอดรวม: { $amount } ก่อนการเก็บข้อมูลครั้งแรกรวมอยู่ในยอดรวม แต่ไม่อยู่ในกราฟ
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source }, { $time }
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source }, { $time } (ไม่มีในการแจ้งปิดห้องจาก Tencent)
# $time (Text) · $amount (Text)
source-only-notice = การแจ้งปิดห้องเวลา { $time } ระบุ { $amount } แต่ไม่มีการเก็บข้อมูลครั้งใดยืนยัน จึงไม่แสดง
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = การเก็บข้อมูลครั้งสุดท้าย: { $reading } การแจ้งปิดห้อง: { $notice } { $rule }
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = การแจ้งปิดห้อง: { $notice } การเก็บข้อมูลครั้งสุดท้าย: { $reading } { $rule }
# $length (Text)
report-as-of-before-end = ข้อมูล ณ { $length } ก่อนจบ
# $time (Text) · $issuer (Text)
report-seal-explained = รับรองแล้ว: สรุปผลเมื่อ { $time } และลงลายมือชื่อดิจิทัลโดย { $issuer } ตัวเลขไม่เปลี่ยนแปลงนับแต่นั้น การรับรองนี้ไม่ได้ยืนยันว่า Tencent นับถูกต้อง
# $coins (Text)
report-coins-explained = { $coins } คือยอดที่ผู้ชมใช้จ่าย ไม่ใช่รายได้ของโฮสต์
# $time (Text)
report-one-reading = เก็บข้อมูลครั้งเดียวเมื่อ { $time } ขณะกำลังไลฟ์ ไม่มีกราฟ: สแนปช็อตคือการเก็บข้อมูลครั้งเดียว
# $after (Text) · $before (Text)
report-end-between = ห้องปิดระหว่าง { $after } ถึง { $before }
# $show (Text) · $room (Text)
report-show-and-room = โฮสต์ไลฟ์ถึง { $show } ห้องเปิดอยู่ถึง { $room }
# $time (Text)
report-sealed-at = รับรองเมื่อ { $time }
# $count (Number)
report-totals-corrected = Tencent แก้ไขยอดรวม { $count } ครั้ง ช่วงดังกล่าวไม่มีค่า
# $revision (Number)
report-revision-explained = ฉบับแก้ไขที่ { $revision } รายงานฉบับก่อนยังเก็บไว้ และเมื่อตรวจสอบจะแสดงว่าถูกแทนที่แล้ว
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what } ตั้งแต่ { $from } ถึง { $until }
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what } ตั้งแต่ { $from } ถึง { $until } รวมทั้งหมด { $total }
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = { $percent } ของ{ $counter }ทั้งหมดเกิดขึ้นในสิบนาที: { $amount }, { $span }
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes = { $percent } ของ{ $counter }ทั้งหมดเกิดขึ้นใน { $minutes } นาที: { $amount } ใน{ $battle }, { $span }
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = { $percent } ของ{ $counter }ทั้งหมดเกิดขึ้นใน{ $battle }: { $amount }, { $span }
# $partner (Text)
finding-battle-with = PK กับ { $partner }
finding-battle-alone = PK
# $count (Number)
finding-gifters = ผู้ส่งของขวัญ { $count } คน
# $subject (Text)
finding-typical = { $subject } ใกล้เคียงปกติ
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject } มากกว่าปกติ { $difference }
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject } น้อยกว่าปกติ { $difference }
# $comparison (Text)
finding-in-this-room = { $comparison }
# $comparison (Text)
finding-of-this-host = { $comparison } สำหรับโฮสต์นี้ ในทุกห้อง
# $count (Number)
difference-entries = { $count } ครั้ง
# $count (Number)
difference-gifters = { $count } คน
# $count (Number)
difference-likes = { $count } ครั้ง
# $amount (Text) · $gifts (Text)
finding-inconsistent = ตัวเลขจาก Tencent ไม่สอดคล้องกัน: { $amount } แต่มีเพียง { $gifts }
# $amount (Text) · $percent (Text)
finding-returning-gifters = อย่างน้อย { $amount } ({ $percent }) มาจากผู้ที่เคยส่งของขวัญในไลฟ์นี้แล้ว
finding-totals-corrected = Tencent แก้ไขยอดรวม นาทีที่เกิดการแก้ไขไม่มีค่า
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = { $amount } ในหนึ่งนาที ({ $span }) ค่ามัธยฐานต่อนาที: { $median }
# $amount (Text) · $span (Text)
finding-likes-without-entries = { $amount } ในหนึ่งนาที โดยไม่มีการเข้าห้องใหม่ { $span }
# $amount (Text) · $span (Text)
finding-entries-without-reaction = { $amount } ในหนึ่งนาที โดยไม่มีข้อความ ไลก์ หรือของขวัญ { $span }
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = { $amount } ในครั้งเดียวภายใน { $time } โดยไม่มีผู้ส่งของขวัญรายใหม่ ({ $gifters } ทั้งก่อนและหลัง)
# $length (Text) · $span (Text)
finding-totals-unchanged = ยอดรวมทุกรายการไม่เปลี่ยนแปลงเป็นเวลา { $length } ({ $span })
# $label (Text)
moment-battle-with = PK กับ { $label }
moment-battle = PK
# $label (Text)
moment-room-owner = เจ้าของห้องใหม่: { $label }
moment-room-owner-changed = เปลี่ยนเจ้าของห้อง
# $count (Text)
moment-followers = ผู้ติดตามใหม่: { $count }
moment-follower = ผู้ติดตามใหม่
moment-notice-contradicted = การแจ้งปิดห้องขัดแย้งกับข้อมูล: ห้องยังมีความเคลื่อนไหว
# $what (Text) · $when (Text)
moment-at = { $what }, { $when }
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what }, { $when }: { $coins }
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
copy-entries = การเข้าห้อง { $count } ครั้ง
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
# $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = ผู้ส่งของขวัญ { $count } คน
# $count (Number)
amount-likes = { $count } ไลก์
# $count (Number)
amount-messages = { $count } ข้อความ
# $code (Text)
gap-error-code = Tencent ส่งข้อผิดพลาด { $code }
# $hours (Number) · $minutes (Text)
length-hours = { $hours } ชม. { $minutes } นาที
# $minutes (Number)
length-minutes = { $minutes } นาที
# $seconds (Number)
length-seconds = { $seconds } วินาที
# $time (Text)
day-from = ตั้งแต่ { $time }
# $time (Text) · $zone (Text)
day-from-in-zone = ตั้งแต่ { $time } ({ $zone })
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount } ({ $bounds })
report-not-sealed-yet = กำลังไลฟ์ ยังไม่ได้รับรอง
share-link-dead-title = ลิงก์นี้ใช้งานไม่ได้
share-link-dead-why = ลิงก์อาจหมดอายุหรือถูกปิดใช้งาน หรือที่อยู่ไม่ครบถ้วน
share-link-dead-what-to-do = โปรดขอลิงก์ใหม่จากผู้ส่ง
share-link-open = เปิด
share-link-password-title = รายงานนี้มีรหัสผ่าน
sign-in-password = รหัสผ่าน
error-wrong-password = รหัสผ่านไม่ถูกต้อง
# $seconds (Number)
error-too-many-attempts = ลองหลายครั้งเกินไป โปรดลองใหม่ในอีก { $seconds } วินาที
# $number (Number)
report-number = รายงาน { $number }
# $number (Number) · $revision (Number)
report-number-revision = รายงาน { $number } ฉบับแก้ไขที่ { $revision }
# $revision (Number)
report-revision = ฉบับแก้ไขที่ { $revision }
# $revision (Number)
list-revision = ฉบับแก้ไขที่ { $revision }
error-server-fault-title = เกิดข้อผิดพลาด
error-server-fault = นี่เป็นข้อผิดพลาดใน Aftershow สาเหตุอยู่ในบันทึกของระบบ ข้อมูลที่เก็บและรายงานที่รับรองแล้วปลอดภัย
# $place (Number)
report-nth-hour = ชั่วโมงที่ { $place }
