report-full-stop = { "." }
report-try-again = Vui lòng thử lại sau một phút
report-unavailable = Báo cáo có tồn tại nhưng tạm thời không xem được.
report-stream = báo cáo phiên live
report-snapshot = báo cáo tức thời
report-details = chi tiết ›
report-highlights = Điểm nổi bật
report-other-totals = Các tổng số khác
report-whole-stream = Cả phiên live
report-ratios = Tỷ lệ
report-ratios-hint = chạm để xem cách tính
report-more-ratios = Tỷ lệ khác
report-time = Thời gian
report-table-note = { "*" } có đoạn thiếu dữ liệu; ghi dạng khoảng khi không rõ số liệu của đoạn đó phân bổ thế nào
report-data-quality = Chất lượng dữ liệu
report-fingerprint = Mã đối chiếu
report-verify = Kiểm chứng ›
report-save-image = Lưu thành ảnh
report-copy-text = Sao chép văn bản
report-link = Liên kết
report-copied = Đã sao chép
report-files = Tệp: trang ngoại tuyến · CSV · JSON · in
report-files-label = Tệp
report-print = In
report-print-hint = Để in, hãy dùng menu của trình duyệt (khổ A4).
report-offline-hint = Tệp này chứa toàn bộ báo cáo. Bạn có thể lưu, chuyển tiếp hoặc in; ai cũng có thể kiểm chứng.
report-theme = Giao diện
theme-system = Theo hệ thống
theme-light = Sáng
theme-dark = Tối
chart-zoom-in = Phóng to
chart-zoom-out = Thu nhỏ
chart-show-all = Hiện tất cả
report-offline-page = Trang ngoại tuyến
report-made-with = tạo bằng Aftershow
report-ranges-hint = Dạng khoảng: một đoạn thiếu dữ liệu kéo qua các giờ này; không rõ số liệu của đoạn đó phân bổ thế nào.
report-slot = khung giờ của bạn
report-collection-log = Nhận xét và nhật ký thu thập
log-readings = Số lần thu thập
log-retries = Số lần thử lại
log-excluded = Số lần thu thập bị loại
log-ended-by = Căn cứ xác định kết thúc
finding-internal = nội bộ
chart-typical = thường lệ
chart-this-stream = phiên này
baseline-at-end = Đang live; sẽ so với thường lệ khi phiên kết thúc.
report-before-first-reading = trước lần thu thập đầu tiên
ratio-gifters = Tỷ lệ người vào phòng có tặng quà
baseline-same = ngang mức thường lệ
baseline-zero = thường lệ là 0
baseline-same-short = tương đương
report-all-six-charts = Cả sáu biểu đồ
report-all-charts = Tất cả biểu đồ
picture-scan = Quét để xem thời điểm chốt của mã này. Kiểm chứng số liệu bằng tệp.
picture-enter-fingerprint = Nhập mã này ở trang kiểm chứng để xem thời điểm chốt.
report-too-little-data = Không có biểu đồ: quá ít dữ liệu.
report-only-one-reading = Không có biểu đồ: chỉ có một lần thu thập.
report-charts-hint = Mỗi biểu đồ có thang đo riêng; con số là tổng.
log-no-response = Không phản hồi
log-invalid-response = Phản hồi không đọc được
report-peak = Cao điểm:{ " " }
quality-no-readings = Không có lần thu thập nào.
gap-totals-unaffected = Tổng số không bị ảnh hưởng.
gap-tail-missing = Những gì diễn ra trong đoạn thiếu dữ liệu không có trong tổng số.
gap-none = Không có đoạn thiếu dữ liệu.
source-last-reading = lần thu thập cuối
source-room-closed-notice = thông báo đóng phòng của Tencent
report-unknown-total = không rõ: không có lần thu thập nào
source-greater-shown = Báo cáo hiển thị giá trị lớn hơn
source-later-shown = Báo cáo hiển thị giá trị ghi nhận sau
report-entries-are-visits = Lượt vào phòng tính mọi lần vào: một người vào ba lần được tính là ba lượt.
report-bots-undocumented = Tencent không nêu rõ host hoặc bot có được tính hay không.
report-no-reading = Không có lần thu thập nào: phiên live kết thúc trước khi Tencent phản hồi. Không rõ các tổng số.
report-newest-revision = Liên kết này luôn hiển thị phiên bản mới nhất.
date-separator = ,{ " " }
time-zone-utc = Giờ UTC
number-under-one-percent = <1%
counter-entries = Lượt vào phòng
counter-gifts = Quà tặng
counter-coins = Xu
counter-gifters = Người tặng quà
counter-likes = Lượt thích
counter-messages = Tin nhắn
counter-gifters-note = mỗi người chỉ tính một lần
counter-likes-note = số lần chạm, không phải số người
counter-coins-note = khoản chi của người xem, không phải thu nhập của host
quality-complete = Đầy đủ
quality-minor-gaps = Thiếu ít dữ liệu
quality-significant-gaps = Thiếu dữ liệu đáng kể
state-live = Đang live
state-ending = Đang kết thúc
state-sealed = Đã chốt
end-webhook = thông báo đóng phòng của Tencent
end-room-missing = Tencent hai lần báo không tìm thấy phòng
end-room-recreated = phòng đã được tạo lại
end-sealed-early = báo cáo được chốt sớm
end-idle = không có hoạt động trong thời gian đã đặt
end-continued = dài hơn 7 ngày; tiếp tục ở phần sau
end-snapshot = thu thập tức thời thủ công
gap-before-first = việc giám sát bắt đầu sau khi phiên live đã bắt đầu
gap-after-last = phiên live kết thúc sau lần thu thập cuối
gap-not-running = Aftershow không chạy
gap-no-response = Tencent không phản hồi
gap-invalid-response = phản hồi không đọc được
gap-excluded = nhận được tổng số thấp hơn nên đã loại
gap-clock-changed = đồng hồ máy chủ bị thay đổi
gap-call-limit = số phòng vượt quá giới hạn lượt gọi
page-locale = vi_VN
report-language = Ngôn ngữ
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = So với { $count } phiên live gần nhất của host, ở mọi phòng
list-semicolon = ;{ " " }
# $percent (Text)
baseline-above = cao hơn { $percent } so với thường lệ
# $percent (Text)
baseline-below = thấp hơn { $percent } so với thường lệ
# $percent (Text)
baseline-above-short = cao hơn { $percent }
# $percent (Text)
baseline-below-short = thấp hơn { $percent }
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison } ({ $median }); khoảng thường lệ { $low }–{ $high }
# $step (Text)
report-table-steps = Bảng, mỗi dòng { $step }
# $step (Text)
report-table-explained = Mức tăng trong { $step } kể từ mỗi mốc giờ; tổng các dòng bằng tổng đo được.
# $what (Text)
chart-values = Giá trị biểu đồ: { $what }
# $issuer (Text)
report-issued-by = Đơn vị phát hành: { $issuer }
# $counter (Text) · $span (Text)
report-in-slot = { $counter } trong khung giờ của bạn { $span }
# $lower (Number) · $upper (Number)
report-between = từ { $lower } đến { $upper }
# $issuer (Text)
report-preview = Báo cáo phiên live do { $issuer } phát hành
# $issuer (Text) · $time (Text)
report-preview-sealed = Báo cáo phiên live do { $issuer } phát hành · đã chốt { $time }
# $counter (Text) · $length (Text)
chart-counter-per = { $counter } mỗi { $length }
# $counter (Text)
chart-counter-per-minute = { $counter } mỗi phút
# $length (Text)
chart-line-is-mean = đường: trung bình { $length }
# $counter (Text)
chart-so-far = { $counter } lũy kế
# $length (Text) · $span (Text)
chart-hatched = Gạch chéo: thiếu dữ liệu { $length }, { $span }.
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = Gạch chéo: { $count } đoạn thiếu dữ liệu, dài nhất { $length }, { $span }.
# $counter (Text)
ratio-per-gift = { $counter } trên mỗi quà tặng
# $counter (Text)
ratio-per-100-entries = { $counter } trên 100 lượt vào phòng
# $counter (Text)
ratio-per-gifter = { $counter } trên mỗi người tặng quà
# $percent (Text)
ratio-at-least = ít nhất { $percent }
# $code (Text)
log-error-code = Lỗi { $code }
# $count (Number)
log-all-gaps = Các đoạn thiếu dữ liệu ({ $count })
# $stream (Number)
baseline-missing = Sẽ có so sánh sau 4 phiên live (đây là phiên thứ { $stream }).
# $count (Number)
baseline-explained = Thường lệ = trung vị của { $count } phiên live gần nhất; khoảng thường lệ = 50% ở giữa.
# $count (Number)
baseline-your-last-streams = So với { $count } phiên live gần nhất của bạn
# $count (Number)
baseline-last-streams = So với { $count } phiên live gần nhất
# $minute (Number) · $time (Text)
baseline-above-from = Cao hơn thường lệ từ phút thứ { $minute } ({ $time }) trở đi.
# $minute (Number) · $time (Text)
baseline-below-from = Thấp hơn thường lệ từ phút thứ { $minute } ({ $time }) trở đi.
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $amount } trong { $seconds } giây, từ { $from } đến { $until }.
# $amount (Text) · $seconds (Number)
report-peak-short = { $amount } trong { $seconds } giây
# $lower (Number) · $amount (Text)
report-amount-between = từ { $lower } đến { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = Phút cao điểm: { $time }, { $amount }.
# $counter (Text)
report-by-hour = { $counter } theo giờ
# $minutes (Number)
report-including-rest = gồm cả { $minutes } phút cuối
# $count (Number) · $every (Text)
quality-readings-every = { $count } lần thu thập, cứ { $every } giây một lần.
# $count (Number)
quality-readings = { $count } lần thu thập.
# $count (Number)
quality-readings-every-second = { $count } lần thu thập, mỗi giây một lần.
# $readings (Text) · $coverage (Text)
quality-coverage = { $readings } Độ phủ dữ liệu { $coverage }.
# $readings (Text)
quality-coverage-unknown = { $readings } Không rõ độ phủ dữ liệu vì không rõ thời lượng phiên live.
# $count (Number)
quality-readings-so-far = { $count } lần thu thập tính đến nay.
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = Đoạn thiếu dữ liệu dài nhất: { $length }, từ { $from } đến { $until }, { $cause }.
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = Tổng số không bị ảnh hưởng. { $amount } phát sinh trong đoạn thiếu dữ liệu; không rõ phân bổ giữa { $from } và { $until }.
# $minute (Text)
gap-inside-minute = Tổng số và số liệu từng phút đều không bị ảnh hưởng: cả đoạn thiếu dữ liệu nằm trong phút { $minute }.
# $amount (Text)
gap-before-first-reading = Tổng số không bị ảnh hưởng: { $amount } trước lần thu thập đầu tiên đã được tính, nhưng không có trên biểu đồ.
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source }, { $time }.
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source }, { $time } (không có trong thông báo đóng phòng của Tencent).
# $time (Text) · $amount (Text)
source-only-notice = Thông báo đóng phòng lúc { $time } ghi { $amount }; không có lần thu thập nào xác nhận nên không hiển thị.
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = Lần thu thập cuối: { $reading }; thông báo đóng phòng: { $notice }. { $rule }.
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = Thông báo đóng phòng: { $notice }; lần thu thập cuối: { $reading }. { $rule }.
# $length (Text)
report-as-of-before-end = tính đến { $length } trước khi kết thúc
# $time (Text) · $issuer (Text)
report-seal-explained = Đã chốt: báo cáo được chốt lúc { $time } và được { $issuer } ký số; từ đó số liệu không thay đổi. Việc chốt không bảo đảm Tencent đếm đúng.
# $coins (Text)
report-coins-explained = { $coins } là khoản chi của người xem, không phải thu nhập của host.
# $time (Text)
report-one-reading = Một lần thu thập, thực hiện lúc { $time } khi đang live. Không có biểu đồ: báo cáo tức thời chỉ gồm một lần thu thập.
# $after (Text) · $before (Text)
report-end-between = Phòng đã đóng trong khoảng từ { $after } đến { $before }.
# $show (Text) · $room (Text)
report-show-and-room = Host live đến { $show }; phòng mở đến { $room }.
# $time (Text)
report-sealed-at = Đã chốt { $time }
# $count (Number)
report-totals-corrected = Tencent đã điều chỉnh tổng số { $count } lần; những khoảng thời gian đó không có số liệu.
# $revision (Number)
report-revision-explained = Phiên bản { $revision }. Báo cáo trước vẫn được lưu và khi kiểm chứng sẽ hiện “Đã được thay thế”.
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what } từ { $from } đến { $until }.
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what } từ { $from } đến { $until }; tổng cộng { $total }.
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = { $percent } tổng số { $counter } rơi vào mười phút ({ $span }): { $amount }.
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes = { $percent } tổng số { $counter } rơi vào { $battle } ({ $minutes } phút, { $span }): { $amount }.
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = { $percent } tổng số { $counter } rơi vào { $battle } ({ $span }): { $amount }.
# $partner (Text)
finding-battle-with = trận PK với { $partner }
finding-battle-alone = một trận PK
# $count (Number)
finding-gifters = { $count } người tặng quà
# $subject (Text)
finding-typical = { $subject }, ngang mức thường lệ
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject }, nhiều hơn thường lệ { $difference }
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject }, ít hơn thường lệ { $difference }
# $comparison (Text)
finding-in-this-room = { $comparison }.
# $comparison (Text)
finding-of-this-host = { $comparison } (so với mọi phòng của host này).
# A difference with its unit. $count (Number)
difference-entries = { $count } lượt
# $count (Number)
difference-gifters = { $count } người
# $count (Number)
difference-likes = { $count } lượt
# $amount (Text) · $gifts (Text)
finding-inconsistent = Số đếm của Tencent không nhất quán: { $amount } nhưng chỉ có { $gifts }.
# $amount (Text) · $percent (Text)
finding-returning-gifters = Ít nhất { $amount } ({ $percent }) đến từ những người đã tặng quà trước đó trong phiên này.
finding-totals-corrected = Tencent đã điều chỉnh tổng số; những phút có điều chỉnh không có số liệu.
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = { $amount } trong một phút ({ $span }); trung vị mỗi phút: { $median }.
# $amount (Text) · $span (Text)
finding-likes-without-entries = { $amount } trong một phút, không có lượt vào phòng mới, { $span }.
# $amount (Text) · $span (Text)
finding-entries-without-reaction = { $amount } trong một phút; không có tin nhắn, lượt thích hay quà tặng, { $span }.
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = { $amount } tăng một lúc, muộn nhất lúc { $time }, không có người tặng quà mới (trước và sau đều là { $gifters }).
# $length (Text) · $span (Text)
finding-totals-unchanged = Không tổng số nào thay đổi trong { $length }, { $span }.
# $label (Text)
moment-battle-with = PK với { $label }
moment-battle = PK
# $label (Text)
moment-room-owner = Chủ phòng mới: { $label }
moment-room-owner-changed = Chủ phòng mới
# $count (Text)
moment-followers = Người theo dõi mới: { $count }
moment-follower = Người theo dõi mới
moment-notice-contradicted = Thông báo đóng phòng không đúng: phòng vẫn hoạt động
# $what (Text) · $when (Text)
moment-at = { $what }, { $when }
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what }, { $when }: { $coins }
# $title (Text) · $span (Text)
copy-title = { $title } · { $span }
# $title (Text) · $span (Text) · $length (Text)
copy-title-length = { $title } · { $span } ({ $length })
# $counter (Text) · $value (Number) · $median (Number) · $comparison (Text)
copy-main-figure = { $counter } { $value } (thường lệ { $median }, { $comparison })
# $battle (Text) · $coins (Text)
copy-battle = { $battle }: { $coins }
# $count (Number)
copy-gifters = Người tặng quà { $count }
# $count (Number)
copy-entries = Lượt vào phòng { $count }
# $count (Number)
copy-messages = Tin nhắn { $count }
# $count (Number)
copy-likes = Lượt thích { $count }
# $count (Number)
counter-entries-note = tối đa { $count } người
# $count (Number)
amount-entries = { $count } lượt vào phòng
# $count (Number)
amount-gifts = { $count } quà tặng
# $count (Number)
amount-coins = { $count } xu
# The issuer's own name for coins. $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = { $count } người tặng quà
# $count (Number)
amount-likes = { $count } lượt thích
# $count (Number)
amount-messages = { $count } tin nhắn
# $code (Text)
gap-error-code = Tencent trả về lỗi { $code }
# $hours (Number) · $minutes (Text)
length-hours = { $hours } giờ { $minutes } phút
# $minutes (Number)
length-minutes = { $minutes } phút
# $seconds (Number)
length-seconds = { $seconds } giây
# The start of a day in a heading. $time (Text)
day-from = từ { $time }
# $time (Text) · $zone (Text)
day-from-in-zone = từ { $time } ({ $zone })
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount } ({ $bounds })
report-not-sealed-yet = Đang live, chưa chốt
share-link-dead-title = Liên kết này không hoạt động
share-link-dead-why = Có thể liên kết đã hết hạn, đã bị tắt hoặc địa chỉ chưa đầy đủ.
share-link-dead-what-to-do = Hãy xin người gửi một liên kết mới.
share-link-open = Mở
share-link-password-title = Báo cáo này được bảo vệ bằng mật khẩu
sign-in-password = Mật khẩu
error-wrong-password = Mật khẩu không đúng.
# $seconds (Number)
error-too-many-attempts = Thử quá nhiều lần. Hãy thử lại sau { $seconds } giây.
# $number (Number)
report-number = Báo cáo { $number }
# $number (Number) · $revision (Number)
report-number-revision = Báo cáo { $number }, phiên bản { $revision }
# $revision (Number)
report-revision = Phiên bản { $revision }
# $revision (Number)
list-revision = phiên bản { $revision }
error-server-fault-title = Đã xảy ra lỗi
error-server-fault = Đây là lỗi của Aftershow; nguyên nhân được ghi trong nhật ký. Dữ liệu đã thu thập và báo cáo đã chốt vẫn an toàn.
# The row of an hour of the stream. $place (Number)
report-nth-hour = Giờ thứ { $place }
