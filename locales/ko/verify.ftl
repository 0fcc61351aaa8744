verify-please-wait = 잠시만 기다려 주세요
verify-too-many-files = 동시에 접수된 파일이 너무 많습니다. 1분 후에 다시 시도해 주세요.
verify-not-a-report = 리포트가 아님
verify-file-too-large = 파일이 2 MiB를 초과합니다. 리포트는 그렇게 클 수 없습니다.
verify-upload-failed = 파일을 받지 못했습니다
verify-upload-timeout = 업로드 시간이 20초를 넘었습니다. 다시 시도해 주세요.
verify-unavailable = 검증할 수 없음
verify-database-unavailable = 데이터베이스를 사용할 수 없어 파일을 검증하지 못했습니다.
verify-another = 다른 리포트 검증
verify-compare-totals = 아래 합계를 가지고 계신 리포트의 합계와 비교하세요.
verify-genuine = 진본
verify-superseded = 수정본으로 대체됨
verify-altered = 변조됨
verify-not-issued-here = 이 서버에서 발행되지 않음
verify-other-key = 리포트 파일이지만 이 서버의 키로 서명되지 않았습니다.
verify-issued-here = 이 서버에서 발행됨
verify-unknown = 찾을 수 없음
verify-no-such-fingerprint = 이 검증 코드로 이 서버에서 확정된 리포트가 없습니다.
verify-not-a-fingerprint = 검증 코드가 아님
verify-fingerprint-format = 검증 코드는 16진수 16자리입니다(예: 8F3A-91C2-D04B-77E1).
verify-title = 리포트 검증
verify-intro = 확정된 리포트에는 디지털 서명이 있습니다. 리포트가 진본이며 변경되지 않았는지 여기서 확인하세요.
verify-file = 리포트 파일(JSON 또는 오프라인 웹페이지, 최대 2 MiB)
verify-submit-file = 파일 검증
verify-fingerprint = 또는 리포트에 있는 검증 코드 입력(존재 여부와 확정 시각만 확인하며 수치는 확인하지 않음)
verify-look-up = 조회
verify-public-keys = 공개 키
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: { $time }에 { $issuer } 명의로 확정되었으며 이후 변경되지 않았습니다.
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint }: 이 서버에서 발행되었고 변경되지 않았지만, { $time }에 확정된 수정본(제{ $revision }판)으로 대체되었습니다.
# $what (Text)
verify-altered-sentence = 변조됨: { $what }.
# $why (Text)
verify-not-a-report-sentence = 리포트가 아님: { $why }.
# $time (Text)
verify-fingerprint-known = 이 검증 코드의 리포트는 이 서버에서 { $time }에 확정되었습니다. 수치를 대조하려면 파일을 제출하세요.
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = 이 검증 코드의 리포트는 이 서버에서 { $time }에 확정되었으나, { $replaced }에 확정된 수정본(제{ $revision }판)으로 정정되었습니다.
# $field (Text)
verify-altered-field = { $field } 값이 확정된 내용과 일치하지 않음
verify-altered-figures = 수치가 서명과 일치하지 않음
verify-altered-page = 페이지 내용이 서명과 일치하지 않음
verify-altered-page-unsigned = 수치를 둘러싼 페이지 내용이 서명되지 않음
verify-altered-several = 페이지에 리포트가 둘 이상 있음
# $field (Text)
verify-altered-added = { $field } 항목은 추가된 것으로, 확정된 내용에 없음
verify-file-over-limit = 파일이 2 MiB를 초과함
verify-not-text = 텍스트 파일이 아님
verify-page-without-report = 페이지에 리포트가 없음
verify-other-json = JSON이지만 Aftershow의 리포트가 아님
# $field (Text)
verify-without-proof = { $field } 항목이 없음. 증명이 빠진 리포트 데이터임
verify-other-version = 이 서버에서 서명되었지만, 현재 버전에서 읽을 수 없는 Aftershow 버전으로 서명됨
# $detail (Text)
verify-not-json = JSON이 아님: { $detail }
verify-bad-number = 정수가 아니거나 2^53 − 1을 초과하는 숫자가 있음
# $key (Text)
verify-repeated-key = 한 객체에 { $key } 키가 두 번 나옴
# $key (Text)
verify-bad-key = { $key } 키가 ASCII가 아님
menu-skip-to-content = 본문으로 건너뛰기
menu-label = 기본 메뉴
menu-verify = 검증
