report-full-stop = { "." }
report-try-again = 1분 후에 다시 시도해 주세요
report-unavailable = 리포트는 있지만 지금은 일시적으로 불러올 수 없습니다.
report-stream = 방송 리포트
report-snapshot = 스냅샷 리포트
report-details = 자세히 ›
report-highlights = 주요 내용
report-other-totals = 기타 합계
report-whole-stream = 방송 전체
report-ratios = 비율
report-ratios-hint = 누르면 계산식이 표시됩니다
report-more-ratios = 비율 더 보기
report-time = 시각
report-table-note = { "*" } 데이터 누락 포함. 누락분이 어떻게 나뉘는지 알 수 없으면 범위로 표시
report-data-quality = 데이터 품질
report-fingerprint = 검증 코드
report-verify = 검증 ›
report-save-image = 이미지로 저장
report-copy-text = 텍스트 복사
report-link = 링크
report-copied = 복사됨
report-files = 파일: 오프라인 페이지 · CSV · JSON · 인쇄
report-files-label = 파일
report-print = 인쇄
report-print-hint = 인쇄하려면 브라우저 메뉴를 이용하세요(A4 레이아웃).
report-offline-hint = 이 파일에는 리포트 전체가 들어 있습니다. 저장, 전달, 인쇄할 수 있으며 누구나 검증할 수 있습니다.
report-theme = 테마
theme-system = 시스템 설정
theme-light = 라이트
theme-dark = 다크
chart-zoom-in = 확대
chart-zoom-out = 축소
chart-show-all = 전체 보기
report-offline-page = 오프라인 페이지
report-made-with = Aftershow로 제작
report-ranges-hint = 범위: 데이터 누락이 여러 시간에 걸쳐 있어 누락분이 어떻게 나뉘는지 알 수 없습니다.
report-slot = 귀사 구간
report-collection-log = 발견 사항 및 수집 로그
log-readings = 수집 횟수
log-retries = 재시도 횟수
log-excluded = 제외된 수집 횟수
log-ended-by = 종료 판단 근거
finding-internal = 내부용
chart-typical = 평소
chart-this-stream = 이번 방송
baseline-at-end = 방송 중입니다. 방송이 끝나면 평소와 비교합니다.
report-before-first-reading = 첫 수집 이전
ratio-gifters = 방문자 중 선물한 사람 비율
baseline-same = 평소 수준
baseline-zero = 평소에는 0
baseline-same-short = 같은 수준
report-all-six-charts = 차트 6개 모두 보기
report-all-charts = 차트 모두 보기
picture-scan = 스캔하면 이 검증 코드의 확정 시각을 볼 수 있습니다. 수치는 파일로 검증할 수 있습니다.
picture-enter-fingerprint = 검증 페이지에 입력하면 확정 시각을 볼 수 있습니다.
report-too-little-data = 차트 없음: 데이터가 너무 적습니다.
report-only-one-reading = 차트 없음: 수집이 한 번뿐입니다.
report-charts-hint = 차트마다 눈금이 다르며, 숫자는 합계입니다.
log-no-response = 응답 없음
log-invalid-response = 잘못된 응답
report-peak = 최고 구간:{ " " }
quality-no-readings = 수집 없음.
gap-totals-unaffected = 합계에는 영향이 없습니다.
gap-tail-missing = 누락 중에 발생한 분은 합계에 포함되지 않았습니다.
gap-none = 데이터 누락이 없습니다.
source-last-reading = 마지막 수집
source-room-closed-notice = 텐센트의 방 종료 알림
report-unknown-total = 알 수 없음: 수집 없음
source-greater-shown = 더 큰 값을 표시합니다
source-later-shown = 더 나중 값을 표시합니다
report-entries-are-visits = 입장 횟수는 입장할 때마다 집계합니다. 한 사람이 세 번 입장하면 3회입니다.
report-bots-undocumented = 호스트나 봇이 집계에 포함되는지는 텐센트 문서에 나와 있지 않습니다.
report-no-reading = 수집 없음: 텐센트가 응답하기 전에 방송이 끝나 합계를 알 수 없습니다.
report-newest-revision = 이 링크는 항상 최신판을 표시합니다.
date-separator = { " " }
time-zone-utc = UTC 기준 시각
number-under-one-percent = 1% 미만
counter-entries = 입장 횟수
counter-gifts = 선물 수
counter-coins = 코인
counter-gifters = 선물한 사람 수
counter-likes = 좋아요 수
counter-messages = 메시지 수
counter-gifters-note = 같은 사람은 1명으로 집계
counter-likes-note = 누른 횟수이며 인원수가 아님
counter-coins-note = 시청자가 사용한 양이며 호스트의 수익이 아님
quality-complete = 완전한 데이터
quality-minor-gaps = 경미한 데이터 누락
quality-significant-gaps = 중대한 데이터 누락
state-live = 방송 중
state-ending = 종료 처리 중
state-sealed = 확정됨
end-webhook = 텐센트의 방 종료 알림
end-room-missing = 텐센트가 방이 없다고 두 번 응답함
end-room-recreated = 방이 다시 생성됨
end-sealed-early = 리포트가 조기에 확정됨
end-idle = 설정된 시간 동안 활동이 없었음
end-continued = 7일이 넘어 다음 파트로 이어짐
end-snapshot = 수동 스냅샷
gap-before-first = 방송이 시작된 후에 모니터링을 시작함
gap-after-last = 마지막 수집 후에 방송이 끝남
gap-not-running = Aftershow가 실행 중이 아니었음
gap-no-response = 텐센트가 응답하지 않음
gap-invalid-response = 응답이 올바르지 않음
gap-excluded = 더 낮은 합계가 수신되어 제외됨
gap-clock-changed = 서버 시계가 변경됨
gap-call-limit = 방 수가 호출 한도를 초과함
page-locale = ko_KR
report-language = 언어
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = 호스트의 최근 방송 { $count }회와 비교(모든 방)
list-semicolon = ;{ " " }
# $percent (Text)
baseline-above = 평소보다 { $percent } 많음
# $percent (Text)
baseline-below = 평소보다 { $percent } 적음
# $percent (Text)
baseline-above-short = { $percent } 많음
# $percent (Text)
baseline-below-short = { $percent } 적음
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison }(평소 { $median }), 평소 범위 { $low }–{ $high }
# $step (Text)
report-table-steps = 표({ $step } 간격)
# $step (Text)
report-table-explained = 각 시각부터 { $step } 동안의 증가량입니다. 모든 행을 더하면 측정된 합계가 됩니다.
# $what (Text)
chart-values = 차트 값: { $what }
# $issuer (Text)
report-issued-by = 발행: { $issuer }
# $counter (Text) · $span (Text)
report-in-slot = 귀사 구간({ $span }) { $counter }
# $lower (Number) · $upper (Number)
report-between = { $lower }–{ $upper } 사이
# $issuer (Text)
report-preview = { $issuer }의 방송 리포트
# $issuer (Text) · $time (Text)
report-preview-sealed = { $issuer }의 방송 리포트 · { $time } 확정
# $counter (Text) · $length (Text)
chart-counter-per = { $length }당 { $counter }
# $counter (Text)
chart-counter-per-minute = 분당 { $counter }
# $length (Text)
chart-line-is-mean = 선: { $length } 평균
# $counter (Text)
chart-so-far = 누적 { $counter }
# $length (Text) · $span (Text)
chart-hatched = 빗금: 데이터 누락 { $length }({ $span }).
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = 빗금: 데이터 누락 { $count }건, 가장 긴 누락 { $length }({ $span }).
# $counter (Text)
ratio-per-gift = 선물 1개당 { $counter }
# $counter (Text)
ratio-per-100-entries = 입장 100회당 { $counter }
# $counter (Text)
ratio-per-gifter = 선물한 사람 1명당 { $counter }
# $percent (Text)
ratio-at-least = 최소 { $percent }
# $code (Text)
log-error-code = 오류 { $code }
# $count (Number)
log-all-gaps = 데이터 누락 전체({ $count }건)
# $stream (Number)
baseline-missing = 방송 4회 이후부터 비교할 수 있습니다(이번이 { $stream }회째).
# $count (Number)
baseline-explained = 평소 = 최근 방송 { $count }회의 중앙값, 평소 범위 = 가운데 50%.
# $count (Number)
baseline-your-last-streams = 내 최근 방송 { $count }회와 비교
# $count (Number)
baseline-last-streams = 최근 방송 { $count }회와 비교
# $minute (Number) · $time (Text)
baseline-above-from = { $minute }분째({ $time })부터 평소보다 많습니다.
# $minute (Number) · $time (Text)
baseline-below-from = { $minute }분째({ $time })부터 평소보다 적습니다.
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $seconds }초 동안 { $amount }({ $from }–{ $until }).
# $amount (Text) · $seconds (Number)
report-peak-short = { $seconds }초 동안 { $amount }
# $lower (Number) · $amount (Text)
report-amount-between = 최소 { $lower }, 최대 { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = 가장 활발했던 1분: { $time }({ $amount }).
# $counter (Text)
report-by-hour = 시간별 { $counter }
# $minutes (Number)
report-including-rest = 마지막 { $minutes }분 포함
# $count (Number) · $every (Text)
quality-readings-every = 수집 { $count }회, { $every }초마다 한 번.
# $count (Number)
quality-readings = 수집 { $count }회.
# $count (Number)
quality-readings-every-second = 수집 { $count }회, 1초마다 한 번.
# $readings (Text) · $coverage (Text)
quality-coverage = { $readings } 데이터 수집률 { $coverage }.
# $readings (Text)
quality-coverage-unknown = { $readings } 방송 길이를 알 수 없어 데이터 수집률도 알 수 없습니다.
# $count (Number)
quality-readings-so-far = 현재까지 수집 { $count }회.
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = 가장 긴 누락: { $length }({ $from }–{ $until }), { $cause }.
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = 합계에는 영향이 없습니다. 누락 중 { $amount } 증가했으며, { $from }–{ $until } 사이에 어떻게 나뉘는지는 알 수 없습니다.
# $minute (Text)
gap-inside-minute = 합계와 분 단위 값 모두 영향이 없습니다. 누락 전체가 { $minute }의 1분 안에 있습니다.
# $amount (Text)
gap-before-first-reading = 합계에는 영향이 없습니다. 첫 수집 이전의 값({ $amount })은 합계에 포함되지만 차트에는 표시되지 않습니다.
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source }({ $time }).
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source }({ $time }, 텐센트의 방 종료 알림에는 포함되지 않음).
# $time (Text) · $amount (Text)
source-only-notice = { $time } 방 종료 알림의 값은 { $amount }이지만, 이를 뒷받침하는 수집이 없어 표시하지 않습니다.
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = 마지막 수집: { $reading }, 방 종료 알림: { $notice }. { $rule }.
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = 방 종료 알림: { $notice }, 마지막 수집: { $reading }. { $rule }.
# $length (Text)
report-as-of-before-end = 종료 { $length } 전 기준
# $time (Text) · $issuer (Text)
report-seal-explained = 확정됨: { $time }에 최종 확정되고 { $issuer } 명의로 디지털 서명되었으며, 이후 수치는 변경되지 않았습니다. 텐센트의 집계 자체가 정확하다는 보증은 아닙니다.
# $coins (Text)
report-coins-explained = { $coins } 수치는 시청자가 사용한 양이며 호스트의 수익이 아닙니다.
# $time (Text)
report-one-reading = 방송 중이던 { $time }에 한 번 수집한 값입니다. 차트 없음: 스냅샷은 한 번의 수집입니다.
# $after (Text) · $before (Text)
report-end-between = 방은 { $after }에서 { $before } 사이에 종료되었습니다.
# $show (Text) · $room (Text)
report-show-and-room = 호스트는 { $show }까지 방송했고, 방은 { $room }까지 열려 있었습니다.
# $time (Text)
report-sealed-at = { $time } 확정
# $count (Number)
report-totals-corrected = 텐센트가 합계를 { $count }회 정정했습니다. 해당 구간에는 값이 없습니다.
# $revision (Number)
report-revision-explained = 수정본(제{ $revision }판)입니다. 이전 리포트는 보관되며, 검증하면 ‘수정본으로 대체됨’으로 표시됩니다.
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what }, { $from }부터 { $until }까지.
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what }, { $from }부터 { $until }까지, 합계 { $total }.
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = 10분 동안 { $counter } { $amount }(전체의 { $percent }), { $span }.
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes = { $battle } { $minutes }분 동안 { $counter } { $amount }(전체의 { $percent }), { $span }.
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = { $battle }에서 { $counter } { $amount }(전체의 { $percent }), { $span }.
# $partner (Text)
finding-battle-with = { $partner } 님과의 PK
finding-battle-alone = PK
# $count (Number)
finding-gifters = 선물한 사람 { $count }명
# $subject (Text)
finding-typical = { $subject }, 평소와 같은 수준
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject }, 평소보다 { $difference } 많음
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject }, 평소보다 { $difference } 적음
# $comparison (Text)
finding-in-this-room = { $comparison }.
# $comparison (Text)
finding-of-this-host = 이 호스트의 모든 방 기준: { $comparison }.
# A difference with its unit. $count (Number)
difference-entries = { $count }회
# $count (Number)
difference-gifters = { $count }명
# $count (Number)
difference-likes = { $count }회
# $amount (Text) · $gifts (Text)
finding-inconsistent = 텐센트 집계 불일치: { $amount }인데 { $gifts }뿐입니다.
# $amount (Text) · $percent (Text)
finding-returning-gifters = 이 방송에서 이미 선물한 사람들이 추가로 보낸 선물: 최소 { $amount }({ $percent }).
finding-totals-corrected = 텐센트가 합계를 정정했습니다. 정정이 일어난 분에는 값이 없습니다.
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = 1분 동안 { $amount }({ $span }), 분당 중앙값 { $median }.
# $amount (Text) · $span (Text)
finding-likes-without-entries = 1분 동안 { $amount }, 새 입장 없음, { $span }.
# $amount (Text) · $span (Text)
finding-entries-without-reaction = 1분 동안 { $amount }, 메시지·좋아요·선물 없음, { $span }.
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = { $time }까지 한 번에 { $amount } 증가, 새로 선물한 사람 없음(전후 모두 { $gifters }).
# $length (Text) · $span (Text)
finding-totals-unchanged = { $length } 동안 모든 합계에 변화 없음, { $span }.
# $label (Text)
moment-battle-with = { $label } 님과의 PK
moment-battle = PK
# $label (Text)
moment-room-owner = 새 방장: { $label }
moment-room-owner-changed = 방장 변경
# $count (Text)
moment-followers = 새 팔로워 { $count }명
moment-follower = 새 팔로워
moment-notice-contradicted = 방 종료 알림과 상충: 방이 계속 활동 중이었음
# $what (Text) · $when (Text)
moment-at = { $what }, { $when }
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what }, { $when }: { $coins }
# $title (Text) · $span (Text)
copy-title = { "[" }{ $title }] { $span }
# $title (Text) · $span (Text) · $length (Text)
copy-title-length = { "[" }{ $title }] { $span }({ $length })
# $counter (Text) · $value (Number) · $median (Number) · $comparison (Text)
copy-main-figure = { $counter } { $value }(평소 { $median }, { $comparison })
# $battle (Text) · $coins (Text)
copy-battle = { $battle }: { $coins }
# $count (Number)
copy-gifters = 선물한 사람 { $count }명
# $count (Number)
copy-entries = 입장 { $count }회
# $count (Number)
copy-messages = 메시지 { $count }개
# $count (Number)
copy-likes = 좋아요 { $count }회
# $count (Number)
counter-entries-note = 최대 { $count }명
# $count (Number)
amount-entries = 입장 { $count }회
# $count (Number)
amount-gifts = 선물 { $count }개
# $count (Number)
amount-coins = { $count }코인
# The issuer's own name for coins. $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = 선물한 사람 { $count }명
# $count (Number)
amount-likes = 좋아요 { $count }회
# $count (Number)
amount-messages = 메시지 { $count }개
# $code (Text)
gap-error-code = 텐센트가 오류 코드 { $code } 반환함
# $hours (Number) · $minutes (Text)
length-hours = { $hours }시간 { $minutes }분
# $minutes (Number)
length-minutes = { $minutes }분
# $seconds (Number)
length-seconds = { $seconds }초
# The start of a day in a heading. $time (Text)
day-from = { $time }부터
# $time (Text) · $zone (Text)
day-from-in-zone = { $time }({ $zone })부터
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount }({ $bounds })
report-not-sealed-yet = 방송 중, 아직 확정되지 않음
share-link-dead-title = 사용할 수 없는 링크입니다
share-link-dead-why = 만료되었거나 비활성화되었거나, 주소가 완전하지 않을 수 있습니다.
share-link-dead-what-to-do = 보낸 사람에게 새 링크를 요청하세요.
share-link-open = 열기
share-link-password-title = 비밀번호로 보호된 리포트입니다
sign-in-password = 비밀번호
error-wrong-password = 비밀번호가 올바르지 않습니다.
# $seconds (Number)
error-too-many-attempts = 시도 횟수가 너무 많습니다. { $seconds }초 후에 다시 시도해 주세요.
# $number (Number)
report-number = 리포트 { $number }
# $number (Number) · $revision (Number)
report-number-revision = 리포트 { $number }, 수정본(제{ $revision }판)
# $revision (Number)
report-revision = 수정본(제{ $revision }판)
# $revision (Number)
list-revision = 수정본(제{ $revision }판)
error-server-fault-title = 문제가 발생했습니다
error-server-fault = Aftershow에서 발생한 오류이며, 원인은 로그에 기록되어 있습니다. 수집된 데이터와 확정된 리포트는 안전합니다.
# The row of an hour of the stream. $place (Number)
report-nth-hour = { $place }시간째
