verify-please-wait = Vui lòng chờ
verify-too-many-files = Quá nhiều tệp cùng lúc. Hãy thử lại sau một phút.
verify-not-a-report = Không phải báo cáo
verify-file-too-large = Tệp lớn hơn 2 MiB. Báo cáo không bao giờ lớn như vậy.
verify-upload-failed = Không nhận được tệp
verify-upload-timeout = Tải lên mất quá 20 giây. Vui lòng thử lại.
verify-unavailable = Tạm thời không thể kiểm chứng
verify-database-unavailable = Cơ sở dữ liệu không hoạt động nên tệp của bạn chưa được kiểm chứng.
verify-another = Kiểm chứng báo cáo khác
verify-compare-totals = Hãy so các tổng số này với báo cáo bạn đang có:
verify-genuine = Hợp lệ
verify-superseded = Đã được thay thế
verify-altered = Đã bị sửa đổi
verify-not-issued-here = Không phát hành tại đây
verify-other-key = Tệp là một báo cáo, nhưng không được ký bằng khóa của máy chủ này.
verify-issued-here = Được phát hành tại đây
verify-unknown = Không tìm thấy
verify-no-such-fingerprint = Không có báo cáo nào mang mã đối chiếu này được chốt tại đây.
verify-not-a-fingerprint = Không phải mã đối chiếu
verify-fingerprint-format = Mã đối chiếu gồm 16 ký tự thập lục phân, ví dụ: 8F3A-91C2-D04B-77E1.
verify-title = Kiểm chứng báo cáo
verify-intro = Báo cáo đã chốt đều có chữ ký số. Kiểm tra tại đây xem báo cáo có phải là thật và chưa bị sửa đổi hay không.
verify-file = Tệp báo cáo (JSON hoặc trang web ngoại tuyến, tối đa 2 MiB)
verify-submit-file = Kiểm chứng tệp
verify-fingerprint = Hoặc nhập mã đối chiếu trên báo cáo (chỉ xác nhận báo cáo tồn tại và được chốt khi nào, không xác nhận số liệu)
verify-look-up = Tra cứu
verify-public-keys = Khóa công khai
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: do { $issuer } chốt lúc { $time }, từ đó không thay đổi.
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint } được phát hành tại đây và không bị sửa đổi, nhưng đã được thay thế bằng phiên bản { $revision }, chốt lúc { $time }.
# $what (Text)
verify-altered-sentence = Đã bị sửa đổi: { $what }.
# $why (Text)
verify-not-a-report-sentence = Không phải báo cáo: { $why }.
# $time (Text)
verify-fingerprint-known = Báo cáo mang mã đối chiếu này đã được chốt tại đây lúc { $time }. Để đối chiếu số liệu, hãy gửi tệp báo cáo.
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = Báo cáo mang mã đối chiếu này đã được chốt tại đây lúc { $time }. Báo cáo đã được đính chính bằng phiên bản { $revision }, chốt lúc { $replaced }.
# $field (Text)
verify-altered-field = { $field } không khớp với nội dung đã chốt
verify-altered-figures = số liệu không khớp với chữ ký
verify-altered-page = nội dung trang không khớp với chữ ký của trang
verify-altered-page-unsigned = phần nội dung trang quanh số liệu không được ký
verify-altered-several = trang chứa nhiều hơn một báo cáo
# $field (Text)
verify-altered-added = { $field } được thêm vào và không thuộc nội dung đã chốt
verify-file-over-limit = tệp lớn hơn 2 MiB
verify-not-text = tệp không phải văn bản
verify-page-without-report = trang không chứa báo cáo
verify-other-json = đây là JSON, nhưng không phải báo cáo của Aftershow
# $field (Text)
verify-without-proof = thiếu { $field }: đây là dữ liệu của một báo cáo nhưng không kèm bằng chứng
verify-other-version = tệp được ký tại đây, nhưng bởi một phiên bản Aftershow mà phiên bản hiện tại không đọc được
# $detail (Text)
verify-not-json = đây không phải JSON: { $detail }
verify-bad-number = có số không phải số nguyên hoặc vượt quá 2^53 − 1
# $key (Text)
verify-repeated-key = khóa { $key } xuất hiện hai lần trong một đối tượng
# $key (Text)
verify-bad-key = khóa { $key } không phải ASCII
menu-skip-to-content = Chuyển đến nội dung
menu-label = Menu chính
menu-verify = Kiểm chứng
