BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	sponsor TEXT NOT NULL, 
	format TEXT NOT NULL, 
	https_only INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	suspended_at REAL, 
	suspended_by TEXT, 
	suspended_why TEXT, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "accounts" VALUES('acme',74,'bia@acme.example','native',0,'# line 1
[x]
',1800000000.25,'root','',1800000072.25,'root','');
INSERT INTO "accounts" VALUES('other',135,'ana@acme.example','vtex',1,'',1800000000.25,'root','',1800000021.25,'root','x');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE changes (
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	change TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (seq)
)
 STRICT

;
INSERT INTO "changes" VALUES(1,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"vtex","https_only":true}}');
INSERT INTO "changes" VALUES(2,'acme','{"is":"Change","account":"acme","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"Bia Conceição"}}');
INSERT INTO "changes" VALUES(3,'acme','{"is":"Change","account":"acme","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"Caio 🗝"}}');
INSERT INTO "changes" VALUES(4,'acme','{"is":"Change","account":"acme","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"orders","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]]}}');
INSERT INTO "changes" VALUES(5,'acme','{"is":"Change","account":"acme","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"empty","resources":[]}}');
INSERT INTO "changes" VALUES(6,'acme','{"is":"Change","account":"acme","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":1,"name":"orders, all","added":[["OMS","Não é ASCII"],["OMS","_/"]],"removed":[["OMS","ListOrders"]]}}');
INSERT INTO "changes" VALUES(7,'acme','{"is":"Change","account":"acme","at":1800000006.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"UserTokenGiven","to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(8,'acme','{"is":"Change","account":"acme","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":1,"to":"bia@acme.example","until":null}}');
INSERT INTO "changes" VALUES(9,'acme','{"is":"Change","account":"acme","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":2,"to":"bia@acme.example","until":1800086400.25}}');
INSERT INTO "changes" VALUES(10,'acme','{"is":"Change","account":"acme","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserWithdrawn","role":2,"to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(11,'acme','{"is":"Change","account":"acme","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"d3704792b17e570850accb6d6c29897bb8cafd93270fcc0380dac23407ad6b76","expires":1800259210.25}}');
INSERT INTO "changes" VALUES(12,'acme','{"is":"Change","account":"acme","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"TakeSetUpLink","reason":"set_up_invalid"}}');
INSERT INTO "changes" VALUES(13,'acme','{"is":"Change","account":"acme","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"6d25cf734c49a1dd273e4d8fab5f5bdb8d1099ec05e8fdc7c1d734777648ab73","expires":1800259212.25}}');
INSERT INTO "changes" VALUES(14,'acme','{"is":"Change","account":"acme","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"caio@acme.example","digest":"de767d796adadc442c1e50a84c1d758779e099aadb888b59e5748124ff39b361","expires":1800259213.25}}');
INSERT INTO "changes" VALUES(15,'acme','{"is":"Change","account":"acme","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"}}');
INSERT INTO "changes" VALUES(16,'acme','{"is":"Change","account":"acme","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"7b614e428a186f4a4c116daf499fd7e80dfe1faf422d50cd2d186ed9b9e4d6e3","expires":1800259215.25}}');
INSERT INTO "changes" VALUES(17,'acme','{"is":"Change","account":"acme","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2"}}');
INSERT INTO "changes" VALUES(18,'acme','{"is":"Change","account":"acme","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"751d591be537aa9d0aa5dcb3b12155c1c139eca62ecef0863aefbaf01726373f","expires":1800259217.25}}');
INSERT INTO "changes" VALUES(19,'acme','{"is":"Change","account":"acme","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":"native","https_only":null,"token_days_max":null}}');
INSERT INTO "changes" VALUES(20,'acme','{"is":"Change","account":"acme","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":false,"token_days_max":30}}');
INSERT INTO "changes" VALUES(21,'acme','{"is":"Change","account":"acme","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":null,"token_days_max":60}}');
INSERT INTO "changes" VALUES(22,'acme','{"is":"Change","account":"acme","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}');
INSERT INTO "changes" VALUES(23,'acme','{"is":"Change","account":"acme","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCE"}}');
INSERT INTO "changes" VALUES(24,'acme','{"is":"Change","account":"acme","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeUnmuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}');
INSERT INTO "changes" VALUES(25,'acme','{"is":"Change","account":"acme","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}');
INSERT INTO "changes" VALUES(26,'acme','{"is":"Change","account":"acme","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-1","id":"00000000000000000000000000000001","digest":"f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e","label":"label 1","owner":"","valid_from":null,"expires":1800086400.25,"networks":["10.0.0.0/8","2001:db8::/32"],"registered":false}}');
INSERT INTO "changes" VALUES(27,'acme','{"is":"Change","account":"acme","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-2","id":"00000000000000000000000000000002","digest":"73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c","label":"label 2","owner":"the shop''s team","valid_from":1800000000.25,"expires":null,"networks":[],"registered":true}}');
INSERT INTO "changes" VALUES(28,'acme','{"is":"Change","account":"acme","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}');
INSERT INTO "changes" VALUES(29,'acme','{"is":"Change","account":"acme","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":null}}');
INSERT INTO "changes" VALUES(30,'acme','{"is":"Change","account":"acme","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"key-1","until":1800086400.25}}');
INSERT INTO "changes" VALUES(31,'acme','{"is":"Change","account":"acme","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":1800086400.25}}');
INSERT INTO "changes" VALUES(32,'acme','{"is":"Change","account":"acme","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-2","until":null}}');
INSERT INTO "changes" VALUES(33,'acme','{"is":"Change","account":"acme","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":1,"to":"key-2"}}');
INSERT INTO "changes" VALUES(34,'acme','{"is":"Change","account":"acme","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-1","why":"holidays"}}');
INSERT INTO "changes" VALUES(35,'acme','{"is":"Change","account":"acme","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyActivated","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(36,'acme','{"is":"Change","account":"acme","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"11111111111111111111111111111111","expires":1800086435.25}}');
INSERT INTO "changes" VALUES(37,'acme','{"is":"Change","account":"acme","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"22222222222222222222222222222222","expires":1800086436.25}}');
INSERT INTO "changes" VALUES(38,'acme','{"is":"Change","account":"acme","at":1800000037.25,"by":{"is":"Actor","kind":"key","name":"key-1","via":"console"},"event":{"is":"HandoverOpened","app_key":"key-1","id":"22222222222222222222222222222222"}}');
INSERT INTO "changes" VALUES(39,'acme','{"is":"Change","account":"acme","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"33333333333333333333333333333333","expires":1800086438.25}}');
INSERT INTO "changes" VALUES(40,'acme','{"is":"Change","account":"acme","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-2","id":"44444444444444444444444444444444","expires":1800086439.25}}');
INSERT INTO "changes" VALUES(41,'acme','{"is":"Change","account":"acme","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017"}}');
INSERT INTO "changes" VALUES(42,'acme','{"is":"Change","account":"acme","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(43,'acme','{"is":"Change","account":"acme","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7"}}');
INSERT INTO "changes" VALUES(44,'acme','{"is":"Change","account":"acme","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(45,'acme','{"is":"Change","account":"acme","at":1800000044.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"key-1","why":"seen in a public place"}}');
INSERT INTO "changes" VALUES(46,'acme','{"is":"Change","account":"acme","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09"}}');
INSERT INTO "changes" VALUES(47,'acme','{"is":"Change","account":"acme","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"55555555555555555555555555555555","expires":1800086446.25}}');
INSERT INTO "changes" VALUES(48,'acme','{"is":"Change","account":"acme","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeleted","app_key":"key-1","label":"label 1"}}');
INSERT INTO "changes" VALUES(49,'acme','{"is":"Change","account":"acme","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-2","why":""}}');
INSERT INTO "changes" VALUES(50,'acme','{"is":"Change","account":"acme","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-2","digest":"38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2"}}');
INSERT INTO "changes" VALUES(51,'acme','{"is":"Change","account":"acme","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleDeleted","role":2,"name":"empty"}}');
INSERT INTO "changes" VALUES(52,'acme','{"is":"Change","account":"acme","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# line 1\n[x]\n"}}');
INSERT INTO "changes" VALUES(53,'acme','{"is":"Change","account":"acme","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"PredefinedRolesAdded","roles":[{"is":"Role","id":11,"name":"Owner","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","ViewOrder"],["OMS","_/"]],"deleted":null,"predefined":true},{"is":"Role","id":9,"name":"Viewer","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true},{"is":"Role","id":10,"name":"empty","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true}]}}');
INSERT INTO "changes" VALUES(54,'acme','{"is":"Change","account":"acme","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddPredefinedRoles","reason":"already_so"}}');
INSERT INTO "changes" VALUES(55,'acme','{"is":"Change","account":"acme","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"ResourceSpread","held":["OMS","ListOrders"],"given":["OMS","Não é ASCII"],"roles":[9,10]}}');
INSERT INTO "changes" VALUES(56,'acme','{"is":"Change","account":"acme","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-1","home":"other"}}');
INSERT INTO "changes" VALUES(57,'acme','{"is":"Change","account":"acme","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-2","home":"other"}}');
INSERT INTO "changes" VALUES(58,'acme','{"is":"Change","account":"acme","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":null}}');
INSERT INTO "changes" VALUES(59,'acme','{"is":"Change","account":"acme","at":1800000058.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":1800086400.25}}');
INSERT INTO "changes" VALUES(60,'acme','{"is":"Change","account":"acme","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":9,"to":"away-1","until":null}}');
INSERT INTO "changes" VALUES(61,'acme','{"is":"Change","account":"acme","at":1800000060.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-2","until":null}}');
INSERT INTO "changes" VALUES(62,'acme','{"is":"Change","account":"acme","at":1800000061.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":9,"to":"away-1"}}');
INSERT INTO "changes" VALUES(63,'acme','{"is":"Change","account":"acme","at":1800000062.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_external"}}');
INSERT INTO "changes" VALUES(64,'acme','{"is":"Change","account":"acme","at":1800000063.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyReleased","app_key":"away-2","home":"other"}}');
INSERT INTO "changes" VALUES(65,'acme','{"is":"Change","account":"acme","at":1800000064.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259264.25}}');
INSERT INTO "changes" VALUES(66,'acme','{"is":"Change","account":"acme","at":1800000065.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"TransferCancelled","to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(67,'acme','{"is":"Change","account":"acme","at":1800000066.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259266.25}}');
INSERT INTO "changes" VALUES(68,'acme','{"is":"Change","account":"acme","at":1800000067.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorChanged","former":"ana@acme.example","to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(69,'acme','{"is":"Change","account":"acme","at":1800000068.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"caio@acme.example","expires":1800259268.25}}');
INSERT INTO "changes" VALUES(70,'acme','{"is":"Change","account":"acme","at":1800000069.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"caio@acme.example"}}');
INSERT INTO "changes" VALUES(71,'acme','{"is":"Change","account":"acme","at":1800000070.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"unpaid"}}');
INSERT INTO "changes" VALUES(72,'acme','{"is":"Change","account":"acme","at":1800000071.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountResumed"}}');
INSERT INTO "changes" VALUES(73,'acme','{"is":"Change","account":"acme","at":1800000072.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":""}}');
INSERT INTO "changes" VALUES(74,'acme','{"is":"Change","account":"acme","at":1800000073.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"ana@acme.example","expires":1800259273.25}}');
INSERT INTO "changes" VALUES(75,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"native","https_only":false}}');
INSERT INTO "changes" VALUES(76,'other','{"is":"Change","account":"other","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"name 222708024"}}');
INSERT INTO "changes" VALUES(77,'other','{"is":"Change","account":"other","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"BlockKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(78,'other','{"is":"Change","account":"other","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"SpreadResource","reason":"already_so"}}');
INSERT INTO "changes" VALUES(79,'other','{"is":"Change","account":"other","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(80,'other','{"is":"Change","account":"other","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"BlockKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(81,'other','{"is":"Change","account":"other","at":1800000006.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(82,'other','{"is":"Change","account":"other","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-1","home":"acme"}}');
INSERT INTO "changes" VALUES(83,'other','{"is":"Change","account":"other","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-2","id":"00000000000000000000000028f74587","digest":"a97959f8c7a92b952a9576ea24e0246d149c0041929bef43ee3d26647393f8a7","label":"label 687293831","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}');
INSERT INTO "changes" VALUES(84,'other','{"is":"Change","account":"other","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# a"}}');
INSERT INTO "changes" VALUES(85,'other','{"is":"Change","account":"other","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(86,'other','{"is":"Change","account":"other","at":1800000011.25,"by":{"is":"Actor","kind":"key","name":"other-2","via":"console"},"event":{"is":"CommandRefused","command":"OpenHandover","reason":"handover_invalid"}}');
INSERT INTO "changes" VALUES(87,'other','{"is":"Change","account":"other","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(88,'other','{"is":"Change","account":"other","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"other-2","why":""}}');
INSERT INTO "changes" VALUES(89,'other','{"is":"Change","account":"other","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"role 3","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","_/"]]}}');
INSERT INTO "changes" VALUES(90,'other','{"is":"Change","account":"other","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ImportCatalogue","reason":"already_so"}}');
INSERT INTO "changes" VALUES(91,'other','{"is":"Change","account":"other","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":null,"token_days_max":59}}');
INSERT INTO "changes" VALUES(92,'other','{"is":"Change","account":"other","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_not_held"}}');
INSERT INTO "changes" VALUES(93,'other','{"is":"Change","account":"other","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":true,"token_days_max":19}}');
INSERT INTO "changes" VALUES(94,'other','{"is":"Change","account":"other","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"user_unknown"}}');
INSERT INTO "changes" VALUES(95,'other','{"is":"Change","account":"other","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(96,'other','{"is":"Change","account":"other","at":1800000021.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"x"}}');
INSERT INTO "changes" VALUES(97,'other','{"is":"Change","account":"other","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"SpreadResource","reason":"already_so"}}');
INSERT INTO "changes" VALUES(98,'other','{"is":"Change","account":"other","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"SpreadResource","reason":"already_so"}}');
INSERT INTO "changes" VALUES(99,'other','{"is":"Change","account":"other","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(100,'other','{"is":"Change","account":"other","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ImportCatalogue","reason":"already_so"}}');
INSERT INTO "changes" VALUES(101,'other','{"is":"Change","account":"other","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(102,'other','{"is":"Change","account":"other","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"HandOver","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(103,'other','{"is":"Change","account":"other","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(104,'other','{"is":"Change","account":"other","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(105,'other','{"is":"Change","account":"other","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_blocked"}}');
INSERT INTO "changes" VALUES(106,'other','{"is":"Change","account":"other","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(107,'other','{"is":"Change","account":"other","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(108,'other','{"is":"Change","account":"other","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(109,'other','{"is":"Change","account":"other","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddUser","reason":"user_exists"}}');
INSERT INTO "changes" VALUES(110,'other','{"is":"Change","account":"other","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(111,'other','{"is":"Change","account":"other","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"caio@acme.example"}}');
INSERT INTO "changes" VALUES(112,'other','{"is":"Change","account":"other","at":1800000037.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"already_so"}}');
INSERT INTO "changes" VALUES(113,'other','{"is":"Change","account":"other","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"user_unknown"}}');
INSERT INTO "changes" VALUES(114,'other','{"is":"Change","account":"other","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":1,"name":"role 3","added":[],"removed":[["OMS","ListOrders"]]}}');
INSERT INTO "changes" VALUES(115,'other','{"is":"Change","account":"other","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AcceptSponsorship","reason":"transfer_not_open"}}');
INSERT INTO "changes" VALUES(116,'other','{"is":"Change","account":"other","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"InviteSponsor","reason":"user_unknown"}}');
INSERT INTO "changes" VALUES(117,'other','{"is":"Change","account":"other","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_blocked"}}');
INSERT INTO "changes" VALUES(118,'other','{"is":"Change","account":"other","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(119,'other','{"is":"Change","account":"other","at":1800000044.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"role 2","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","_/"]]}}');
INSERT INTO "changes" VALUES(120,'other','{"is":"Change","account":"other","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":"vtex","https_only":null,"token_days_max":34}}');
INSERT INTO "changes" VALUES(121,'other','{"is":"Change","account":"other","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":null}}');
INSERT INTO "changes" VALUES(122,'other','{"is":"Change","account":"other","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"HandOver","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(123,'other','{"is":"Change","account":"other","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":""}}');
INSERT INTO "changes" VALUES(124,'other','{"is":"Change","account":"other","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(125,'other','{"is":"Change","account":"other","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"name 2394767770"}}');
INSERT INTO "changes" VALUES(126,'other','{"is":"Change","account":"other","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(127,'other','{"is":"Change","account":"other","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(128,'other','{"is":"Change","account":"other","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"renewal_not_open"}}');
INSERT INTO "changes" VALUES(129,'other','{"is":"Change","account":"other","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCE"}}');
INSERT INTO "changes" VALUES(130,'other','{"is":"Change","account":"other","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-0","id":"000000000000000000000000e12dca18","digest":"1638f1d7d2231f8e46d1fc8a4d38687242d5687559a733904930f646873d6d25","label":"label 3777874456","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}');
INSERT INTO "changes" VALUES(131,'other','{"is":"Change","account":"other","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":2,"name":"role 2","added":[],"removed":[["OMS","ListOrders"]]}}');
INSERT INTO "changes" VALUES(132,'other','{"is":"Change","account":"other","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(133,'other','{"is":"Change","account":"other","at":1800000058.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"renewal_not_open"}}');
INSERT INTO "changes" VALUES(134,'other','{"is":"Change","account":"other","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"sponsor_stays"}}');
INSERT INTO "changes" VALUES(135,'other','{"is":"Change","account":"other","at":1800000060.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"other-0","until":null}}');
CREATE TABLE denials (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	at REAL NOT NULL, 
	episode TEXT NOT NULL, 
	known INTEGER NOT NULL, 
	denial TEXT NOT NULL, 
	CONSTRAINT pk_denials PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "denials" VALUES('00000000000000000000000001','acme',1800000001.25,'00000000000000000000000001',0,'{"is":"Denial","id":"00000000000000000000000001","account":"acme","at":1800000001.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000002','acme',1800000002.25,'00000000000000000000000002',1,'{"is":"Denial","id":"00000000000000000000000002","account":"acme","at":1800000002.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000003','acme',1800000003.25,'00000000000000000000000001',0,'{"is":"Denial","id":"00000000000000000000000003","account":"acme","at":1800000003.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
CREATE TABLE episodes (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	route TEXT NOT NULL, 
	last REAL NOT NULL, 
	kept INTEGER NOT NULL, 
	episode TEXT NOT NULL, 
	CONSTRAINT pk_episodes PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "episodes" VALUES('00000000000000000000000001','acme','','credentials_in_query','',1800000003.25,2,'{"is":"Episode","id":"00000000000000000000000001","account":"acme","app_key":null,"cause":"credentials_in_query","route":"","first":1800000001.25,"last":1800000003.25,"count":2,"newest":"00000000000000000000000003","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"0000000000000000","first":1800000001.25,"last":1800000003.25,"count":2}]}');
INSERT INTO "episodes" VALUES('00000000000000000000000002','acme','key-1','credentials_in_query','',1800000002.25,1,'{"is":"Episode","id":"00000000000000000000000002","account":"acme","app_key":"key-1","cause":"credentials_in_query","route":"","first":1800000002.25,"last":1800000002.25,"count":1,"newest":"00000000000000000000000002","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"ffffffffffffffff","first":1800000002.25,"last":1800000002.25,"count":1}]}');
CREATE TABLE external_grants (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_external_grants PRIMARY KEY (account, app_key, role), 
	CONSTRAINT fk_external_grants_account_app_key FOREIGN KEY(account, app_key) REFERENCES external_keys (account, app_key), 
	CONSTRAINT fk_external_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "external_grants" VALUES('acme','away-1',1,'acme',1800086400.25,59,1800000058.25,'ana@acme.example','');
INSERT INTO "external_grants" VALUES('other','away-1',1,'other',NULL,121,1800000046.25,'ana@acme.example','');
CREATE TABLE external_keys (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	home TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_external_keys PRIMARY KEY (account, app_key), 
	CONSTRAINT fk_external_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "external_keys" VALUES('acme','away-1','other',56,1800000055.25,'ana@acme.example','');
INSERT INTO "external_keys" VALUES('other','away-1','acme',82,1800000007.25,'ana@acme.example','');
CREATE TABLE handovers (
	app_key TEXT NOT NULL, 
	id TEXT NOT NULL, 
	expires REAL NOT NULL, 
	made_at REAL NOT NULL, 
	made_by TEXT NOT NULL, 
	made_why TEXT NOT NULL, 
	CONSTRAINT pk_handovers PRIMARY KEY (app_key), 
	CONSTRAINT fk_handovers_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE key_grants (
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_key_grants PRIMARY KEY (app_key, role), 
	CONSTRAINT fk_key_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id), 
	CONSTRAINT fk_key_grants_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
INSERT INTO "key_grants" VALUES('other-0',2,'other',NULL,135,1800000060.25,'ana@acme.example','');
CREATE TABLE keys (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	registered INTEGER NOT NULL, 
	networks TEXT NOT NULL, 
	valid_from REAL, 
	expires REAL, 
	digest TEXT NOT NULL, 
	next_digest TEXT, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	token_created_at REAL, 
	token_created_by TEXT, 
	token_created_why TEXT, 
	next_created_at REAL, 
	next_created_by TEXT, 
	next_created_why TEXT, 
	inactive_at REAL, 
	inactive_by TEXT, 
	inactive_why TEXT, 
	blocked_at REAL, 
	blocked_by TEXT, 
	blocked_why TEXT, 
	CONSTRAINT pk_keys PRIMARY KEY (app_key), 
	CONSTRAINT fk_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "keys" VALUES('key-2','acme',27,'00000000000000000000000000000002','label 2','the shop''s team',1,'',1800000000.25,NULL,'73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2',1800000026.25,'ana@acme.example','',NULL,NULL,NULL,1800000049.25,'ana@acme.example','',1800000048.25,'ana@acme.example','',NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-2','other',83,'00000000000000000000000028f74587','label 687293831','',0,'',NULL,NULL,'a97959f8c7a92b952a9576ea24e0246d149c0041929bef43ee3d26647393f8a7',NULL,1800000008.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1800000013.25,'ana@acme.example','');
INSERT INTO "keys" VALUES('other-0','other',130,'000000000000000000000000e12dca18','label 3777874456','',0,'',NULL,NULL,'1638f1d7d2231f8e46d1fc8a4d38687242d5687559a733904930f646873d6d25',NULL,1800000055.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "meta" VALUES('epoch','5662470b');
CREATE TABLE muted_episodes (
	account TEXT NOT NULL, 
	episode TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	muted_at REAL NOT NULL, 
	muted_by TEXT NOT NULL, 
	muted_why TEXT NOT NULL, 
	CONSTRAINT pk_muted_episodes PRIMARY KEY (account, episode), 
	CONSTRAINT fk_muted_episodes_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCE',23,1800000022.25,'ana@acme.example','');
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCD',25,1800000024.25,'ana@acme.example','');
INSERT INTO "muted_episodes" VALUES('other','01K9XW6Z5M3QH7T2R8V4N0PBCE',129,1800000054.25,'ana@acme.example','');
CREATE TABLE passwords (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	set_at REAL NOT NULL, 
	set_by TEXT NOT NULL, 
	set_why TEXT NOT NULL, 
	CONSTRAINT pk_passwords PRIMARY KEY (account, email), 
	CONSTRAINT fk_passwords_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
INSERT INTO "passwords" VALUES('acme','bia@acme.example','$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2',1800000016.25,'bia@acme.example','');
CREATE TABLE predefined_roles (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	CONSTRAINT pk_predefined_roles PRIMARY KEY (account, role), 
	CONSTRAINT fk_predefined_roles_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "predefined_roles" VALUES('acme',11);
INSERT INTO "predefined_roles" VALUES('acme',9);
INSERT INTO "predefined_roles" VALUES('acme',10);
CREATE TABLE retired_digests (
	app_key TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	retired_at REAL NOT NULL, 
	retired_by TEXT NOT NULL, 
	retired_why TEXT NOT NULL, 
	CONSTRAINT pk_retired_digests PRIMARY KEY (app_key, seq), 
	CONSTRAINT fk_retired_digests_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE role_resources (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	CONSTRAINT pk_role_resources PRIMARY KEY (account, role, product, "key"), 
	CONSTRAINT fk_role_resources_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "role_resources" VALUES('acme',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',1,'OMS','_/');
INSERT INTO "role_resources" VALUES('other',2,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',2,'OMS','_/');
CREATE TABLE roles (
	account TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	deleted_at REAL, 
	deleted_by TEXT, 
	deleted_why TEXT, 
	CONSTRAINT pk_roles PRIMARY KEY (account, id), 
	CONSTRAINT fk_roles_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "roles" VALUES('acme',1,'orders, all',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',2,'empty',1800000050.25,'ana@acme.example','');
INSERT INTO "roles" VALUES('acme',11,'Owner',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',9,'Viewer',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',10,'empty',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',1,'role 3',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',2,'role 2',NULL,NULL,NULL);
CREATE TABLE sealed (
	name TEXT NOT NULL, 
	data BLOB NOT NULL, 
	until REAL NOT NULL, 
	CONSTRAINT pk_sealed PRIMARY KEY (name)
)
 STRICT

;
CREATE TABLE sessions (
	id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	began REAL NOT NULL, 
	seen REAL NOT NULL, 
	confirmed REAL NOT NULL, 
	address TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE set_up_links (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	expires REAL NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_set_up_links PRIMARY KEY (account, email), 
	CONSTRAINT fk_set_up_links_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
CREATE TABLE token_periods (
	account TEXT NOT NULL, 
	days INTEGER NOT NULL, 
	CONSTRAINT pk_token_periods PRIMARY KEY (account), 
	CONSTRAINT fk_token_periods_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "token_periods" VALUES('acme',60);
INSERT INTO "token_periods" VALUES('other',34);
CREATE TABLE tombstone_digests (
	app_key TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_tombstone_digests PRIMARY KEY (app_key, position), 
	CONSTRAINT fk_tombstone_digests_app_key FOREIGN KEY(app_key) REFERENCES tombstones (app_key)
)
 STRICT

;
INSERT INTO "tombstone_digests" VALUES('key-1',0,'f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e');
INSERT INTO "tombstone_digests" VALUES('key-1',1,'d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017');
INSERT INTO "tombstone_digests" VALUES('key-1',2,'457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7');
INSERT INTO "tombstone_digests" VALUES('key-1',3,'fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09');
CREATE TABLE tombstones (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	deleted_at REAL NOT NULL, 
	deleted_by TEXT NOT NULL, 
	deleted_why TEXT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (app_key), 
	CONSTRAINT fk_tombstones_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "tombstones" VALUES('key-1','acme',48,'00000000000000000000000000000001','label 1',1800000047.25,'ana@acme.example','');
CREATE TABLE traffic (
	span INTEGER NOT NULL, 
	at REAL NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_traffic PRIMARY KEY (span, at, account, app_key, cause)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','credentials_in_query',3);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','key-1','credentials_in_query',1);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','credentials_in_query',3);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','key-1','credentials_in_query',1);
CREATE TABLE transfers (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	expires REAL NOT NULL, 
	invited_at REAL NOT NULL, 
	invited_by TEXT NOT NULL, 
	invited_why TEXT NOT NULL, 
	CONSTRAINT pk_transfers PRIMARY KEY (account), 
	CONSTRAINT fk_transfers_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "transfers" VALUES('acme','ana@acme.example',1800259273.25,1800000073.25,'bia@acme.example','');
CREATE TABLE usage (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	token INTEGER NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (account, app_key, token)
)
 STRICT

;
CREATE TABLE user_grants (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_user_grants PRIMARY KEY (account, email, role), 
	CONSTRAINT fk_user_grants_account_email FOREIGN KEY(account, email) REFERENCES users (account, email), 
	CONSTRAINT fk_user_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "user_grants" VALUES('acme','bia@acme.example',1,'acme',NULL,8,1800000007.25,'ana@acme.example','');
CREATE TABLE users (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (account, email), 
	CONSTRAINT fk_users_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "users" VALUES('acme','ana@acme.example',1,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('acme','bia@acme.example',2,'Bia Conceição',1800000001.25,'ana@acme.example','');
INSERT INTO "users" VALUES('other','ana@acme.example',75,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('other','caio@acme.example',125,'name 2394767770',1800000050.25,'ana@acme.example','');
CREATE TABLE uses (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	route TEXT NOT NULL, 
	need TEXT NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_uses PRIMARY KEY (account, app_key, route)
)
 STRICT

;
CREATE INDEX ix_changes_account_seq ON changes (account, seq);
CREATE INDEX ix_keys_account ON keys (account);
CREATE INDEX ix_tombstones_account ON tombstones (account);
CREATE INDEX ix_denials_account_at_id ON denials (account, at, id);
CREATE INDEX ix_denials_at ON denials (at);
CREATE INDEX ix_denials_episode_at_id ON denials (episode, at, id);
CREATE INDEX ix_episodes_account_app_key_cause_route_last ON episodes (account, app_key, cause, route, last);
CREATE UNIQUE INDEX ix_sessions_digest ON sessions (digest);
CREATE INDEX ix_sessions_account_email_began ON sessions (account, email, began);
COMMIT;
