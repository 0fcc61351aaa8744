report-full-stop = { "." }
report-try-again = Silakan coba lagi dalam satu menit
report-unavailable = Laporan ini ada, tetapi untuk sementara tidak dapat dibuka.
report-stream = laporan sesi live
report-snapshot = laporan sesaat
report-details = detail ›
report-highlights = Sorotan
report-other-totals = Total lainnya
report-whole-stream = Seluruh sesi live
report-ratios = Rasio
report-ratios-hint = ketuk untuk melihat perhitungan
report-more-ratios = Rasio lainnya
report-time = Waktu
report-table-note = { "*" } mencakup data kosong; berupa kisaran jika pembagian jumlahnya tidak diketahui
report-data-quality = Kualitas data
report-fingerprint = Kode pencocokan
report-verify = Verifikasi ›
report-save-image = Simpan sebagai gambar
report-copy-text = Salin teks
report-link = Tautan
report-copied = Disalin
report-files = File: halaman offline · CSV · JSON · cetak
report-files-label = File
report-print = Cetak
report-print-hint = Untuk mencetak, gunakan menu browser Anda (tata letak A4).
report-offline-hint = File ini berisi laporan lengkap. Anda dapat menyimpan, meneruskan, atau mencetaknya; siapa pun dapat memverifikasinya.
report-theme = Tema
theme-system = Ikuti sistem
theme-light = Terang
theme-dark = Gelap
chart-zoom-in = Perbesar
chart-zoom-out = Perkecil
chart-show-all = Tampilkan semua
report-offline-page = Halaman offline
report-made-with = dibuat dengan Aftershow
report-ranges-hint = Kisaran: data kosong melintasi jam-jam ini; pembagian jumlahnya tidak diketahui.
report-slot = slot Anda
report-collection-log = Temuan dan log pengambilan data
log-readings = Pengambilan data
log-retries = Percobaan ulang
log-excluded = Pengambilan data yang dikecualikan
log-ended-by = Dasar penentuan akhir sesi
finding-internal = internal
chart-typical = biasanya
chart-this-stream = sesi ini
baseline-at-end = Masih live; akan dibandingkan dengan biasanya setelah sesi berakhir.
report-before-first-reading = sebelum pengambilan data pertama
ratio-gifters = Persentase pengunjung yang mengirim hadiah
baseline-same = seperti biasanya
baseline-zero = biasanya 0
baseline-same-short = sama
report-all-six-charts = Keenam grafik
report-all-charts = Semua grafik
picture-scan = Pindai untuk melihat waktu finalisasi kode ini. Angkanya diverifikasi dengan file.
picture-enter-fingerprint = Masukkan kode ini di halaman verifikasi untuk melihat waktu finalisasinya.
report-too-little-data = Tidak ada grafik: data terlalu sedikit.
report-only-one-reading = Tidak ada grafik: hanya satu pengambilan data.
report-charts-hint = Setiap grafik memiliki skala sendiri; angkanya adalah total.
log-no-response = Tidak ada respons
log-invalid-response = Respons tidak valid
report-peak = Puncak:{ " " }
quality-no-readings = Tidak ada pengambilan data.
gap-totals-unaffected = Total tidak terpengaruh.
gap-tail-missing = Yang terjadi selama data kosong tidak masuk dalam total.
gap-none = Tidak ada data kosong.
source-last-reading = pengambilan data terakhir
source-room-closed-notice = pemberitahuan penutupan room dari Tencent
report-unknown-total = tidak diketahui: tidak ada pengambilan data
source-greater-shown = Yang ditampilkan adalah nilai yang lebih besar
source-later-shown = Yang ditampilkan adalah nilai yang lebih baru
report-entries-are-visits = Kunjungan dihitung setiap kali seseorang masuk room: orang yang masuk tiga kali dihitung tiga kunjungan.
report-bots-undocumented = Tencent tidak menjelaskan apakah host atau bot ikut dihitung.
report-no-reading = Tidak ada pengambilan data: sesi live berakhir sebelum Tencent merespons. Totalnya tidak diketahui.
report-newest-revision = Tautan ini selalu menampilkan revisi terbaru.
date-separator = ,{ " " }
time-zone-utc = Waktu UTC
number-under-one-percent = <1%
counter-entries = Kunjungan
counter-gifts = Hadiah
counter-coins = Koin
counter-gifters = Pengirim hadiah
counter-likes = Suka
counter-messages = Pesan
counter-gifters-note = tiap orang dihitung sekali
counter-likes-note = jumlah ketukan, bukan orang
counter-coins-note = dibelanjakan penonton, bukan penghasilan host
quality-complete = Lengkap
quality-minor-gaps = Sedikit data kosong
quality-significant-gaps = Data kosong signifikan
state-live = Sedang live
state-ending = Sedang berakhir
state-sealed = Difinalkan
end-webhook = pemberitahuan penutupan room dari Tencent
end-room-missing = Tencent dua kali melaporkan room tidak ditemukan
end-room-recreated = room dibuat ulang
end-sealed-early = laporan difinalkan lebih awal
end-idle = tidak ada aktivitas selama waktu yang ditetapkan
end-continued = lebih dari 7 hari; berlanjut sebagai bagian berikutnya
end-snapshot = pengambilan data sesaat secara manual
gap-before-first = pemantauan dimulai setelah sesi live dimulai
gap-after-last = sesi live berakhir setelah pengambilan data terakhir
gap-not-running = Aftershow tidak berjalan
gap-no-response = Tencent tidak merespons
gap-invalid-response = respons tidak valid
gap-excluded = total yang lebih rendah diterima dan dikecualikan
gap-clock-changed = jam server diubah
gap-call-limit = jumlah room melebihi batas panggilan
page-locale = id_ID
report-language = Bahasa
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = Dibandingkan dengan { $count } sesi live terakhir host, di semua room
list-semicolon = ;{ " " }
# $percent (Text)
baseline-above = { $percent } lebih tinggi dari biasanya
# $percent (Text)
baseline-below = { $percent } lebih rendah dari biasanya
# $percent (Text)
baseline-above-short = { $percent } lebih tinggi
# $percent (Text)
baseline-below-short = { $percent } lebih rendah
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison } ({ $median }); kisaran biasanya { $low }–{ $high }
# $step (Text)
report-table-steps = Tabel, tiap { $step }
# $step (Text)
report-table-explained = Kenaikan selama { $step } sejak setiap waktu yang tertera; jumlah semua baris sama dengan total terukur.
# $what (Text)
chart-values = Nilai grafik: { $what }
# $issuer (Text)
report-issued-by = Diterbitkan oleh { $issuer }
# $counter (Text) · $span (Text)
report-in-slot = { $counter } pada slot Anda { $span }
# $lower (Number) · $upper (Number)
report-between = antara { $lower } dan { $upper }
# $issuer (Text)
report-preview = Laporan sesi live dari { $issuer }
# $issuer (Text) · $time (Text)
report-preview-sealed = Laporan sesi live dari { $issuer } · difinalkan { $time }
# $counter (Text) · $length (Text)
chart-counter-per = { $counter } per { $length }
# $counter (Text)
chart-counter-per-minute = { $counter } per menit
# $length (Text)
chart-line-is-mean = garis: rata-rata { $length }
# $counter (Text)
chart-so-far = akumulasi { $counter }
# $length (Text) · $span (Text)
chart-hatched = Arsiran: data kosong selama { $length }, { $span }.
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = Arsiran: { $count } periode data kosong, terlama { $length }, { $span }.
# $counter (Text)
ratio-per-gift = { $counter } per hadiah
# $counter (Text)
ratio-per-100-entries = { $counter } per 100 kunjungan
# $counter (Text)
ratio-per-gifter = { $counter } per pengirim hadiah
# $percent (Text)
ratio-at-least = minimal { $percent }
# $code (Text)
log-error-code = Kesalahan { $code }
# $count (Number)
log-all-gaps = Daftar data kosong ({ $count })
# $stream (Number)
baseline-missing = Perbandingan tersedia setelah 4 sesi live (ini sesi ke-{ $stream }).
# $count (Number)
baseline-explained = Biasanya = median dari { $count } sesi live terakhir; kisaran biasanya = 50% di tengah.
# $count (Number)
baseline-your-last-streams = Dibandingkan dengan { $count } sesi live terakhir Anda
# $count (Number)
baseline-last-streams = Dibandingkan dengan { $count } sesi live terakhir
# $minute (Number) · $time (Text)
baseline-above-from = Lebih tinggi dari biasanya mulai menit ke-{ $minute } ({ $time }).
# $minute (Number) · $time (Text)
baseline-below-from = Lebih rendah dari biasanya mulai menit ke-{ $minute } ({ $time }).
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $amount } dalam { $seconds } detik, dari { $from } sampai { $until }.
# $amount (Text) · $seconds (Number)
report-peak-short = { $amount } dalam { $seconds } detik
# $lower (Number) · $amount (Text)
report-amount-between = antara { $lower } dan { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = Menit puncak: { $time }, { $amount }.
# $counter (Text)
report-by-hour = { $counter } per jam
# $minutes (Number)
report-including-rest = termasuk { $minutes } menit terakhir
# $count (Number) · $every (Text)
quality-readings-every = { $count } kali pengambilan data, setiap { $every } detik.
# $count (Number)
quality-readings = { $count } kali pengambilan data.
# $count (Number)
quality-readings-every-second = { $count } kali pengambilan data, setiap detik.
# $readings (Text) · $coverage (Text)
quality-coverage = { $readings } Cakupan data { $coverage }.
# $readings (Text)
quality-coverage-unknown = { $readings } Cakupan data tidak diketahui karena durasi sesi live tidak diketahui.
# $count (Number)
quality-readings-so-far = { $count } kali pengambilan data sejauh ini.
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = Data kosong terlama: { $length }, dari { $from } sampai { $until }, { $cause }.
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = Total tidak terpengaruh. { $amount } masuk selama data kosong; pembagiannya antara { $from } dan { $until } tidak diketahui.
# $minute (Text)
gap-inside-minute = Total maupun angka per menit tidak terpengaruh: seluruh data kosong berada dalam menit { $minute }.
# $amount (Text)
gap-before-first-reading = Total tidak terpengaruh: { $amount } dari sebelum pengambilan data pertama ikut dihitung, tetapi tidak ada di grafik.
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source }, { $time }.
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source }, { $time } (tidak termasuk dalam pemberitahuan penutupan room dari Tencent).
# $time (Text) · $amount (Text)
source-only-notice = Pemberitahuan penutupan room pukul { $time } menyebut { $amount }; tidak ada pengambilan data yang menguatkannya, jadi tidak ditampilkan.
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = Pengambilan data terakhir: { $reading }; pemberitahuan penutupan room: { $notice }. { $rule }.
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = Pemberitahuan penutupan room: { $notice }; pengambilan data terakhir: { $reading }. { $rule }.
# $length (Text)
report-as-of-before-end = nilai { $length } sebelum sesi berakhir
# $time (Text) · $issuer (Text)
report-seal-explained = Difinalkan: laporan ditetapkan final pukul { $time } dan ditandatangani secara digital oleh { $issuer }; sejak itu angkanya tidak berubah. Finalisasi tidak menjamin kebenaran penghitungan Tencent.
# $coins (Text)
report-coins-explained = { $coins } adalah jumlah yang dibelanjakan penonton, bukan penghasilan host.
# $time (Text)
report-one-reading = Satu pengambilan data pada pukul { $time } saat sesi sedang live. Tidak ada grafik: laporan sesaat hanya berisi satu pengambilan data.
# $after (Text) · $before (Text)
report-end-between = Room ditutup antara pukul { $after } dan { $before }.
# $show (Text) · $room (Text)
report-show-and-room = Host live sampai { $show }; room terbuka sampai { $room }.
# $time (Text)
report-sealed-at = Difinalkan { $time }
# $count (Number)
report-totals-corrected = Tencent mengoreksi totalnya { $count } kali; periode tersebut tidak memiliki angka.
# $revision (Number)
report-revision-explained = Revisi { $revision }. Laporan sebelumnya tetap disimpan dan saat diverifikasi muncul sebagai “Telah digantikan”.
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what } dari { $from } sampai { $until }.
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what } dari { $from } sampai { $until }; total { $total }.
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = Dalam sepuluh menit ({ $span }) tercatat { $percent } dari total { $counter }: { $amount }.
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes = Saat { $battle } ({ $minutes } menit, { $span }) tercatat { $percent } dari total { $counter }: { $amount }.
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = Saat { $battle } ({ $span }) tercatat { $percent } dari total { $counter }: { $amount }.
# $partner (Text)
finding-battle-with = PK dengan { $partner }
finding-battle-alone = PK
# $count (Number)
finding-gifters = { $count } pengirim hadiah
# $subject (Text)
finding-typical = { $subject }, seperti biasanya
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject }, { $difference } lebih banyak dari biasanya
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject }, { $difference } lebih sedikit dari biasanya
# $comparison (Text)
finding-in-this-room = { $comparison }.
# $comparison (Text)
finding-of-this-host = { $comparison } (dibandingkan dengan semua room host ini).
# A difference with its unit. $count (Number)
difference-entries = { $count }
# $count (Number)
difference-gifters = { $count }
# $count (Number)
difference-likes = { $count }
# $amount (Text) · $gifts (Text)
finding-inconsistent = Hitungan dari Tencent tidak konsisten: { $amount }, tetapi hanya { $gifts }.
# $amount (Text) · $percent (Text)
finding-returning-gifters = Setidaknya { $amount } ({ $percent }) berasal dari orang yang sebelumnya sudah mengirim hadiah di sesi ini.
finding-totals-corrected = Tencent mengoreksi totalnya; menit saat koreksi terjadi tidak memiliki angka.
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = { $amount } dalam satu menit ({ $span }); median per menit: { $median }.
# $amount (Text) · $span (Text)
finding-likes-without-entries = { $amount } dalam satu menit tanpa kunjungan baru, { $span }.
# $amount (Text) · $span (Text)
finding-entries-without-reaction = { $amount } dalam satu menit; tanpa pesan, suka, atau hadiah, { $span }.
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = { $amount } masuk sekaligus paling lambat { $time }, tanpa pengirim hadiah baru ({ $gifters } sebelum dan sesudahnya).
# $length (Text) · $span (Text)
finding-totals-unchanged = Tidak ada total yang berubah selama { $length }, { $span }.
# $label (Text)
moment-battle-with = PK dengan { $label }
moment-battle = PK
# $label (Text)
moment-room-owner = Pemilik room baru: { $label }
moment-room-owner-changed = Pemilik room baru
# $count (Text)
moment-followers = Pengikut baru: { $count }
moment-follower = Pengikut baru
moment-notice-contradicted = Pemberitahuan penutupan room keliru: room masih aktif
# $what (Text) · $when (Text)
moment-at = { $what }, { $when }
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what }, { $when }: { $coins }
# $title (Text) · $span (Text)
copy-title = { $title } · { $span }
# $title (Text) · $span (Text) · $length (Text)
copy-title-length = { $title } · { $span } ({ $length })
# $counter (Text) · $value (Number) · $median (Number) · $comparison (Text)
copy-main-figure = { $counter } { $value } (biasanya { $median }, { $comparison })
# $battle (Text) · $coins (Text)
copy-battle = { $battle }: { $coins }
# $count (Number)
copy-gifters = Pengirim hadiah { $count }
# $count (Number)
copy-entries = Kunjungan { $count }
# $count (Number)
copy-messages = Pesan { $count }
# $count (Number)
copy-likes = Suka { $count }
# $count (Number)
counter-entries-note = maksimal { $count } orang
# $count (Number)
amount-entries = { $count } kunjungan
# $count (Number)
amount-gifts = { $count } hadiah
# $count (Number)
amount-coins = { $count } koin
# The issuer's own name for coins. $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = { $count } pengirim hadiah
# $count (Number)
amount-likes = { $count } suka
# $count (Number)
amount-messages = { $count } pesan
# $code (Text)
gap-error-code = Tencent mengembalikan kesalahan { $code }
# $hours (Number) · $minutes (Text)
length-hours = { $hours } jam { $minutes } menit
# $minutes (Number)
length-minutes = { $minutes } menit
# $seconds (Number)
length-seconds = { $seconds } detik
# The start of a day in a heading. $time (Text)
day-from = mulai { $time }
# $time (Text) · $zone (Text)
day-from-in-zone = mulai { $time } ({ $zone })
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount } ({ $bounds })
report-not-sealed-yet = Sedang live, belum difinalkan
share-link-dead-title = Tautan ini tidak berfungsi
share-link-dead-why = Tautan mungkin sudah kedaluwarsa atau dinonaktifkan, atau alamatnya tidak lengkap.
share-link-dead-what-to-do = Minta tautan baru kepada pengirim.
share-link-open = Buka
share-link-password-title = Laporan ini dilindungi kata sandi
sign-in-password = Kata sandi
error-wrong-password = Kata sandi salah.
# $seconds (Number)
error-too-many-attempts = Terlalu banyak percobaan. Coba lagi dalam { $seconds } detik.
# $number (Number)
report-number = Laporan { $number }
# $number (Number) · $revision (Number)
report-number-revision = Laporan { $number }, revisi { $revision }
# $revision (Number)
report-revision = Revisi { $revision }
# $revision (Number)
list-revision = revisi { $revision }
error-server-fault-title = Terjadi kesalahan
error-server-fault = Ini kesalahan di Aftershow; penyebabnya tercatat di log. Data yang sudah diambil dan laporan yang sudah difinalkan tetap aman.
# The row of an hour of the stream. $place (Number)
report-nth-hour = Jam ke-{ $place }
