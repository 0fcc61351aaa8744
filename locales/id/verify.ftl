verify-please-wait = Mohon tunggu
verify-too-many-files = Terlalu banyak file sekaligus. Coba lagi dalam satu menit.
verify-not-a-report = Bukan laporan
verify-file-too-large = Ukuran file lebih dari 2 MiB. Laporan tidak pernah sebesar itu.
verify-upload-failed = File tidak diterima
verify-upload-timeout = Pengunggahan memakan waktu lebih dari 20 detik. Silakan coba lagi.
verify-unavailable = Verifikasi sedang tidak tersedia
verify-database-unavailable = Database tidak tersedia, sehingga file Anda belum diperiksa.
verify-another = Verifikasi laporan lain
verify-compare-totals = Bandingkan total ini dengan laporan yang Anda miliki:
verify-genuine = Asli
verify-superseded = Telah digantikan
verify-altered = Isi telah diubah
verify-not-issued-here = Tidak diterbitkan di sini
verify-other-key = File ini adalah laporan, tetapi tidak ditandatangani dengan kunci server ini.
verify-issued-here = Diterbitkan di sini
verify-unknown = Tidak ditemukan
verify-no-such-fingerprint = Tidak ada laporan dengan kode pencocokan ini yang difinalkan di sini.
verify-not-a-fingerprint = Bukan kode pencocokan
verify-fingerprint-format = Kode pencocokan terdiri atas 16 karakter heksadesimal, misalnya 8F3A-91C2-D04B-77E1.
verify-title = Verifikasi laporan
verify-intro = Laporan yang telah difinalkan ditandatangani secara digital. Periksa di sini apakah laporan asli dan tidak diubah.
verify-file = File laporan (JSON atau halaman web offline, maksimal 2 MiB)
verify-submit-file = Verifikasi file
verify-fingerprint = Atau masukkan kode pencocokan pada laporan (memastikan keberadaan laporan dan waktu finalisasinya, bukan angkanya)
verify-look-up = Cari
verify-public-keys = Kunci publik
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: difinalkan pada { $time } oleh { $issuer }, tidak berubah sejak itu.
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint } diterbitkan di sini dan isinya tidak diubah, tetapi telah digantikan oleh revisi { $revision }, yang difinalkan pada { $time }.
# $what (Text)
verify-altered-sentence = Isi telah diubah: { $what }.
# $why (Text)
verify-not-a-report-sentence = Bukan laporan: { $why }.
# $time (Text)
verify-fingerprint-known = Laporan dengan kode pencocokan ini difinalkan di sini pada { $time }. Untuk mencocokkan angkanya, kirim file laporannya.
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = Laporan dengan kode pencocokan ini difinalkan di sini pada { $time }. Laporan tersebut dikoreksi oleh revisi { $revision }, yang difinalkan pada { $replaced }.
# $field (Text)
verify-altered-field = { $field } tidak cocok dengan isi yang difinalkan
verify-altered-figures = angkanya tidak cocok dengan tanda tangan digital
verify-altered-page = isi halaman tidak cocok dengan tanda tangan digitalnya
verify-altered-page-unsigned = isi halaman di sekitar angka tidak ditandatangani
verify-altered-several = halaman ini berisi lebih dari satu laporan
# $field (Text)
verify-altered-added = { $field } ditambahkan dan bukan bagian dari isi yang difinalkan
verify-file-over-limit = ukuran file lebih dari 2 MiB
verify-not-text = file bukan teks
verify-page-without-report = halaman ini tidak berisi laporan
verify-other-json = ini JSON, tetapi bukan laporan Aftershow
# $field (Text)
verify-without-proof = { $field } tidak ada: ini data laporan tanpa buktinya
verify-other-version = ditandatangani di sini, tetapi oleh versi Aftershow yang tidak dapat dibaca versi ini
# $detail (Text)
verify-not-json = ini bukan JSON: { $detail }
verify-bad-number = ada angka yang bukan bilangan bulat atau melebihi 2^53 − 1
# $key (Text)
verify-repeated-key = kunci { $key } muncul dua kali dalam satu objek
# $key (Text)
verify-bad-key = kunci { $key } bukan ASCII
menu-skip-to-content = Langsung ke konten
menu-label = Menu utama
menu-verify = Verifikasi
