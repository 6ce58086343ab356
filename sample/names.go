package sample

import (
	"fmt"
	"strings"
	"unicode"

	"gatehouse/models"
)

// The names are made up from lists: one of Latin script, in which first and last names of many countries meet, and one for each other script.
// In a list of another script each name stands with its spelling in an address. A low line stands for a space.

const latinGiven = `Adaeze Agnieszka Aisha Alejandro Amélie Anders Andrea Aoife Ariana Arjun Astrid Babajide Beatriz Bjørn Bronwyn Camille Carlos Catarina
	Ciarán Clara Dagmar Davide Diego Dominik Dorota Ebba Eduardo Eleni Emeka Emre Esra Fatou Felix Fernanda Florian Françoise Gabriela Giulia Gökhan
	Hanna Håkon Henrique Ifeoma Ignacio Ingrid Isabela Ivana Jakub Jens Joana Josefine José Juha Julien Kacper Karim Katarína Khadija Klára
	Kwame Lars Léa Leila Lennart Leonor Liv Lorenzo Lucía Ludovic Łukasz Maëlle Magnus Małgorzata Marek Margarida Maria_José Mariam Matthias Mehmet Mikkel
	Miloš Mónica Nadia Naledi Niamh Nikolaj Nils Ngozi Oisín Olga Ömer Øyvind Paola Pedro Petra Pilar Rafael Ragnar Rania Renata Rohan Rui Sahar Salomé
	Sanne Saoirse Selin Sergio Siobhán Sofie Søren Stefania Tadhg Thandiwe Théo Tomáš Valentina Véronique Viktória Willem Yasmin Zanele Zofia Þóra`

const latinFamily = `Abdullah Achterberg Aguilar Åkesson Almqvist Álvarez Andersson Andrade Ayodele Baptista Barbosa Baumgartner Bąk Beaumont Benítez Bergström
	Bianchi Björnsdóttir Blanchard Bláha Borowski Botha Bouchard Brandão Brunner Byrne Calderón Cardoso Castellanos Ćosić Chaudhary Christensen Costa
	D’Angelo da_Silva de_Vries Delacroix Demir Desai Diallo Dlamini Dubois Dvořák Eriksen Esposito Evans Fagerberg Faure Fernández Ferreira Fischer
	Fitzgerald Fontaine Frei Gallagher García-López Gauthier Girard Goldberg Gonçalves Grönlund Guðmundsson Gutiérrez Hägg Hansen Herrera Hoffmann
	Horváth Ivanović Jansen Jiménez Johansson Jørgensen Kaya Keller Kiplagat Kovács Kowalczyk Kruger Kučera Lachance Laine Lefèvre Leitão Lindqvist
	López MacLeod Magalhães Mancini Marković Mbeki Medeiros Mendes Meyer Molina Moreau Moreno Mthembu Müller Nagy Navarro Ndiaye Németh Nguyen Nielsen
	Nkosi Novák Nwosu Ó_Súilleabháin Obi Öztürk Özdemir Paulsen Pereira Petrović Pham Popescu Quintero Ramírez Rasmussen Ribeiro Ricci Rodrigues Rossi
	Roux Ruiz Rybár Şahin Salazar Santos Schäfer Schneider Schulz Sepúlveda Sharma Skarsgård Šimić Smit Sokołowski Stavros Suárez Svoboda Szabó Tavares
	Thibault Torres Tran Ünal Vågen Van_der_Merwe Vargas Vasilescu Villanueva Virtanen Vlasák Vogel Wagner Walsh Wiśniewski Wójcik Yılmaz Zając Zieliński`

// script is a list of names with their spelling in addresses.
type script struct {
	given, family string
	familyFirst   bool
	joined        bool // without a space between
}

var scripts = []script{
	{given: `由紀:yuki 健太:kenta 美咲:misaki 翔太:shota 陽子:yoko 大輔:daisuke さくら:sakura 直樹:naoki 恵:megumi 拓也:takuya 千尋:chihiro 蓮:ren`,
		family: `佐藤:sato 鈴木:suzuki 高橋:takahashi 渡辺:watanabe 伊藤:ito 山本:yamamoto 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada 松本:matsumoto 井上:inoue 清水:shimizu`, familyFirst: true},
	{given: `伟:wei 芳:fang 秀英:xiuying 娜:na 敏:min 静:jing 丽:li 强:qiang 磊:lei 洋:yang 艳:yan 志明:zhiming`,
		family: `王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 吴:wu 徐:xu 孙:sun 欧阳:ouyang`, familyFirst: true, joined: true},
	{given: `민준:minjun 서연:seoyeon 지훈:jihun 수빈:subin 예진:yejin 현우:hyunwoo 지민:jimin 하윤:hayun 도윤:doyun 은지:eunji`,
		family: `김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim`, familyFirst: true, joined: true},
	{given: `Анна:anna Дмитрий:dmitry Екатерина:ekaterina Иван:ivan Мария:maria Сергей:sergey Ольга:olga Николай:nikolay Юлия:yulia Тарас:taras Оксана:oksana Богдан:bohdan`,
		family: `Иваненко:ivanenko Шевченко:shevchenko Коваль:koval Петренко:petrenko Морозюк:moroziuk Лысенко:lysenko Ткач:tkach Бондар:bondar Гончар:honchar Мельник:melnyk Кравець:kravets Савчук:savchuk`},
	{given: `محمد:mohammed فاطمة:fatima أحمد:ahmed ليلى:layla يوسف:youssef مريم:maryam خالد:khalid سارة:sara عمر:omar نور:nour هدى:huda زينب:zainab`,
		family: `الحسن:alhasan الخطيب:alkhatib المصري:almasri النجار:alnajjar حداد:haddadin الشامي:alshami منصور:mansour القاسم:alqasim صالح:saleh العمري:alomari`},
	{given: `דוד:david נועה:noa יעל:yael איתן:eitan תמר:tamar אורי:uri שירה:shira רון:ron`,
		family: `כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton אזולאי:azoulay פרידמן:friedman שפירא:shapira`},
	{given: `Ελένη:eleni Γιώργος:giorgos Μαρία:maria Νίκος:nikos Κατερίνα:katerina Δημήτρης:dimitris Σοφία:sofia Ανδρέας:andreas`,
		family: `Παπαδόπουλος:papadopoulos Νικολάου:nikolaou Γεωργίου:georgiou Δημητρίου:dimitriou Ιωάννου:ioannou Αντωνίου:antoniou Βασιλείου:vasileiou Οικονόμου:oikonomou`},
	{given: `प्रिया:priya राहुल:rahul अनीता:anita विक्रम:vikram सुनीता:sunita अमित:amit काव्या:kavya रोहित:rohit मीरा:meera संजय:sanjay`,
		family: `शर्मा:sharma वर्मा:verma गुप्ता:gupta सिंह:singh पटेल:patel जोशी:joshi मिश्रा:mishra नायर:nair रेड्डी:reddy मेहता:mehta`},
	{given: `สมชาย:somchai สุดา:suda อนงค์:anong ประเสริฐ:prasert มาลี:malee วิชัย:wichai กมล:kamon ณัฐ:nat`,
		family: `ศรีสุข:srisuk ทองดี:thongdee แสงจันทร์:saengchan บุญมี:boonmee วงศ์ไทย:wongthai จันทร์เพ็ญ:chanpen ใจดี:jaidee รัตนะ:rattana`},
}

// name is how somebody is called, with the part of their address before the @.
type name struct{ shown, local string }

// part is a first or last name with its spelling in an address.
type part struct{ shown, plain string }

// list is the combinations of one list of names.
type list struct {
	script
	givens, families []part
}

// names are all combinations of all lists, each once.
type names struct {
	lists []list
	total int
	step  int
}

func newNames() names {
	var n names
	for _, s := range append([]script{{given: latinGiven, family: latinFamily}}, scripts...) {
		l := list{script: s, givens: partsOf(s.given), families: partsOf(s.family)}
		n.lists, n.total = append(n.lists, l), n.total+len(l.givens)*len(l.families)
	}
	// A step without a common divisor visits every combination before one comes again.
	for n.step = n.total*5/8 + 1; gcd(n.step, n.total) != 1; n.step++ {
	}
	return n
}

// of is the name of a number; no two numbers have the same address.
func (n names) of(i int) name {
	slot, round := i*n.step%n.total, i/n.total
	for _, l := range n.lists {
		if all := len(l.givens) * len(l.families); slot >= all {
			slot -= all
			continue
		}
		found := l.combined(l.givens[slot/len(l.families)], l.families[slot%len(l.families)])
		if round > 0 {
			found.local += fmt.Sprint(round + 1)
		}
		return found
	}
	return name{}
}

func (l list) combined(given, family part) name {
	first, last, space := given.shown, family.shown, " "
	if l.familyFirst {
		first, last = last, first
	}
	if l.joined {
		space = ""
	}
	return name{first + space + last, given.plain + "." + family.plain}
}

func partsOf(text string) []part {
	var all []part
	for _, word := range strings.Fields(text) {
		shown, plain, spelled := strings.Cut(strings.ReplaceAll(word, "_", " "), ":")
		if !spelled {
			plain = strings.Map(lettersOnly, models.Fold(shown))
		}
		all = append(all, part{shown, plain})
	}
	return all
}

func lettersOnly(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
